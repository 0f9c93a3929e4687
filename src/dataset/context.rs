//! Layers that figures can draw around the sites: dams, power lines, resource tracts, and any
//! points, lines or areas of a user's own.
//!
//! The official ones are told by their names, whatever the prefix (`CHN_`, `AFR_`, …) and with a
//! slip of spelling. A layer is opened with its file and read only when a figure names it.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use geo::CoordsIter;

use super::location::{self, Location};
use super::{gis, points, terms};
use crate::error::{Error, Notices, Result};
use crate::site::Dataset;
use crate::source::{Cell, Layer, is_near, plain};

/// What a context layer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Areas of mineral resources, a layer a commodity.
    ResourceTracts,
    /// Provinces of oil and gas.
    OilGasProvinces,
    /// Power transmission lines.
    TransmissionLines,
    /// Dams.
    Dams,
    /// Power stations.
    PowerStations,
    /// Terminals for liquefied natural gas.
    LngTerminals,
    /// Ports.
    Ports,
    /// Anything else: a user's own points, lines or areas.
    Own,
}

impl Kind {
    /// The kinds that a figure can name.
    pub const NAMED: [Kind; 7] = [
        Kind::ResourceTracts,
        Kind::OilGasProvinces,
        Kind::TransmissionLines,
        Kind::Dams,
        Kind::PowerStations,
        Kind::LngTerminals,
        Kind::Ports,
    ];

    /// The name in figures and flags.
    pub fn name(self) -> &'static str {
        match self {
            Kind::ResourceTracts => "resource-tracts",
            Kind::OilGasProvinces => "oil-gas-provinces",
            Kind::TransmissionLines => "transmission-lines",
            Kind::Dams => "dams",
            Kind::PowerStations => "power-stations",
            Kind::LngTerminals => "lng-terminals",
            Kind::Ports => "ports",
            Kind::Own => "own",
        }
    }

    /// What an official layer shows, by its name, and of what: a resource tract's commodity, a
    /// province's type. None of other names.
    pub fn of(layer: &str) -> Option<(Kind, Option<String>)> {
        let name = layer.to_lowercase();
        let words: Vec<&str> = name
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        // Whatever stands before the official suffix is a prefix.
        (0..words.len()).find_map(|start| suffix(words.get(start..)?))
    }
}

/// Official suffixes of layers' names, in lower case.
const SUFFIXES: [(&str, Kind, Option<&str>); 9] = [
    ("infra_dams", Kind::Dams, None),
    ("infra_power_stations", Kind::PowerStations, None),
    ("infra_og_lng_terminals", Kind::LngTerminals, None),
    ("infra_transport_ports", Kind::Ports, None),
    ("infra_power_transmission", Kind::TransmissionLines, None),
    ("og_provinces_continuous", Kind::OilGasProvinces, Some("continuous")),
    ("og_province_groups_conventional", Kind::OilGasProvinces, Some("groups")),
    ("og_provinces_conventional", Kind::OilGasProvinces, Some("conventional")),
    ("og_resources_recoverable", Kind::OilGasProvinces, Some("recoverable")),
];

/// What follows the prefix in every official name.
const FAMILY: [&str; 3] = ["_infra_", "_mineral_", "_og_"];

/// The suffix of resource tracts, which the commodity follows.
const TRACTS: &str = "mineral_resources";

/// The commodities that have official layers of resource tracts.
pub const COMMODITIES: [&str; 5] = ["coal", "copper", "phosphate", "potash", "antimony"];

fn suffix(words: &[&str]) -> Option<(Kind, Option<String>)> {
    let whole = words.join("_");
    let official = SUFFIXES.iter().find(|(suffix, ..)| is_near(&whole, suffix));
    if let Some((_, kind, of)) = official {
        return Some((*kind, of.map(str::to_owned)));
    }
    let (head, rest) = words.split_at_checked(2)?;
    is_near(&head.join("_"), TRACTS).then(|| {
        let commodity = rest.join(" ");
        let known = COMMODITIES.iter().find(|known| is_near(&commodity, known));
        let commodity = known.map_or(commodity, |known| (*known).to_owned());
        (Kind::ResourceTracts, Some(commodity).filter(|commodity| !commodity.is_empty()))
    })
}

/// Where a context layer comes from, and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What it shows.
    pub kind: Kind,
    /// Of what: a resource tract's commodity, a province's type.
    pub of: Option<String>,
    /// The compilation, where the layer's name tells it.
    pub dataset: Option<Dataset>,
    /// The file; a member of a zip as `archive.zip/member.shp`.
    pub file: PathBuf,
    /// The layer in it.
    pub layer: String,
}

impl Origin {
    /// The origin of a layer.
    pub fn of(layer: &Layer) -> Self {
        let (kind, of) = Kind::of(&layer.name).unwrap_or((Kind::Own, None));
        let name = layer.name.to_lowercase();
        let official = FAMILY.iter().any(|part| name.contains(part));
        Origin {
            kind,
            of,
            dataset: gis::by_prefix(&layer.name).filter(|_| official),
            file: layer.at.file.clone(),
            layer: layer.name.clone(),
        }
    }

    /// What it shows, for people: `dams`, `coal tracts`; the layer's name where it is a user's own.
    pub fn label(&self) -> String {
        let of = self.of.as_deref();
        match self.kind {
            Kind::ResourceTracts => format!("{} tracts", of.unwrap_or("resource")),
            Kind::OilGasProvinces => match of {
                Some("recoverable") => "recoverable oil and gas".into(),
                Some("groups") => "oil and gas province groups, conventional".into(),
                Some(of) => format!("oil and gas provinces, {of}"),
                None => "oil and gas provinces".into(),
            },
            Kind::TransmissionLines => "power transmission lines".into(),
            Kind::Dams => "dams".into(),
            Kind::PowerStations => "power stations".into(),
            Kind::LngTerminals => "LNG terminals".into(),
            Kind::Ports => "ports".into(),
            Kind::Own => self.layer.clone(),
        }
    }

    /// Whether a figure's text means this layer: its kind, its commodity, its own name or that of
    /// its file, letter case and separators aside.
    pub fn answers(&self, name: &str) -> bool {
        let name = plain(name);
        let file = self.file.file_name().map(|file| plain(&file.to_string_lossy()));
        let of = self.of.as_deref().filter(|_| self.kind == Kind::ResourceTracts);
        let kind = Some(self.kind).filter(|kind| *kind != Kind::Own);
        !name.is_empty()
            && (plain(&self.layer) == name
                || kind.is_some_and(|kind| plain(kind.name()) == name)
                || of.is_some_and(|of| plain(of) == name)
                || file.is_some_and(|file| file == name))
    }

    /// The shortest text that means this layer alone, as far as names tell: `coal`, `dams`.
    pub fn shortest(&self) -> &str {
        match (self.kind, &self.of) {
            (Kind::ResourceTracts, Some(of)) => of,
            (Kind::OilGasProvinces, _) => &self.layer,
            _ => self.handle(),
        }
    }

    /// The shortest text that a figure can name its kind by.
    fn handle(&self) -> &str {
        if self.kind == Kind::Own { &self.layer } else { self.kind.name() }
    }
}

/// A layer at hand that a figure can draw as context; its rows are not read yet.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it holds no sites, so that drawing is all it is good for.
    pub aside: bool,
    layer: Arc<Layer>,
}

/// A context layer, read.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextLayer {
    /// Where it comes from.
    pub origin: Origin,
    /// What it holds.
    pub features: Vec<Feature>,
}

/// A feature of a context layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its name, where the layer has a column of names.
    pub name: Option<String>,
    /// Its geometry in degrees of longitude and latitude on WGS 84.
    pub geometry: geo::Geometry<f64>,
}

impl Candidate {
    /// Whether it is one of the official layers, which nobody takes for sites.
    pub fn is_official(&self) -> bool {
        self.origin.kind != Kind::Own
    }

    /// A layer that has locations; none of tables without any.
    pub(super) fn of(layer: Layer, aside: bool) -> Option<Self> {
        let located = layer.spatial || location::columns(&layer).is_some();
        located.then(|| Candidate { origin: Origin::of(&layer), aside, layer: Arc::new(layer) })
    }

    /// Reads its rows, lines and areas by their geometry, points by their columns of longitude
    /// and latitude where there are any. Rows without a place are counted in `notices`; points
    /// of one name at one place are one feature, since a port has a row for each commodity.
    ///
    /// # Errors
    /// A file that can't be read, or a coordinate system that is not known.
    pub fn read(&self, notices: &mut Notices) -> Result<ContextLayer> {
        let layer = &self.layer;
        for note in &layer.notes {
            notices.note(format!("{}: {note}", layer.at));
        }
        let location = Location::of(layer, notices)?;
        let rows = match layer.rows_wgs84() {
            Ok(rows) if layer.spatial => rows,
            _ => location.rows(layer)?,
        };
        let columns = location::columns(layer).is_some();
        let name_column = points::name_column(layer);
        let (mut features, mut known) = (Vec::new(), HashSet::new());
        for row in rows {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    notices.skip(error)?;
                    continue;
                }
            };
            let name = name_column
                .and_then(|column| terms::text(row.cells.get(column).unwrap_or(&Cell::Empty)));
            let shape = row.geometry.as_ref().filter(|geometry| match geometry {
                geo::Geometry::Point(_) => false,
                geo::Geometry::MultiPoint(_) if columns => false,
                geometry => geometry.coords_iter().next().is_some(),
            });
            let geometry = match shape {
                Some(shape) => {
                    location.note_datum(notices);
                    Some(shape.clone())
                }
                // What the columns lack or spell oddly matters where they give sites.
                None => {
                    if location.is_drawn(&row) {
                        location.note_datum(notices);
                    }
                    location.point(&row, &mut Notices::default())?.map(geo::Geometry::from)
                }
            };
            match geometry {
                None => {
                    let at = layer.at.clone().row(row.number);
                    notices.skip(Error::row(at, "has no place to be drawn at"))?;
                }
                Some(geo::Geometry::Point(point)) => {
                    if known.insert((name.clone(), point.x().to_bits(), point.y().to_bits())) {
                        features.push(Feature { name, geometry: point.into() });
                    }
                }
                Some(geometry) => features.push(Feature { name, geometry }),
            }
        }
        Ok(ContextLayer { origin: self.origin.clone(), features })
    }
}

/// Reads the layers that the names mean, each once, in their order.
///
/// # Errors
/// A name that means no layer, with those at hand; a layer that can't be read.
pub fn read<'n>(
    at_hand: &[Candidate],
    names: impl IntoIterator<Item = &'n str>,
    notices: &mut Notices,
) -> Result<Vec<ContextLayer>> {
    let mut wanted = vec![false; at_hand.len()];
    for name in names {
        let mut found = false;
        for (candidate, wanted) in at_hand.iter().zip(&mut wanted) {
            if candidate.origin.answers(name) {
                (*wanted, found) = (true, true);
            }
        }
        if !found {
            return Err(unknown(name, at_hand.iter().map(|candidate| &candidate.origin)));
        }
    }
    let wanted = at_hand.iter().zip(wanted).filter(|(_, wanted)| *wanted);
    wanted.map(|(candidate, _)| candidate.read(notices)).collect()
}

/// The error of a name that means none of the layers at hand.
pub fn unknown<'a>(name: &str, at_hand: impl Iterator<Item = &'a Origin>) -> Error {
    let kind = Kind::NAMED.iter().find(|kind| plain(kind.name()) == plain(name));
    let reason = match kind {
        Some(kind) => format!("no layer of {} is among the data given", kind.name()),
        None => format!("no layer called \"{name}\" is among the data given"),
    };
    let mut held: Vec<(&str, Vec<&str>)> = Vec::new();
    for origin in at_hand {
        let own = Some(&*origin.layer).filter(|_| origin.kind != Kind::Own);
        match held.iter_mut().find(|(handle, _)| *handle == origin.handle()) {
            Some((_, layers)) => layers.extend(own),
            None => held.push((origin.handle(), own.into_iter().collect())),
        }
    }
    let held: Vec<String> = held
        .into_iter()
        .map(|(handle, layers)| match layers.is_empty() {
            true => handle.to_owned(),
            false => format!("{handle} ({})", layers.join(", ")),
        })
        .collect();
    let kinds = Kind::NAMED.map(Kind::name).join(", ");
    Error::not_found(reason).with_hint(match (held.is_empty(), kind) {
        (false, _) => format!("--data must hold it; the data given hold {}", held.join(", ")),
        (true, Some(_)) => "--data must hold it".into(),
        (true, None) => format!(
            "--data must hold it, as a layer or file of that name; the official kinds are {kinds}"
        ),
    })
}

/// What can be drawn as context and is not, a line for each file.
pub fn left_aside<'a>(
    at_hand: impl IntoIterator<Item = &'a Candidate>,
    read: &[ContextLayer],
) -> Vec<String> {
    let mut files: BTreeMap<String, (usize, Vec<&str>)> = BTreeMap::new();
    for Candidate { origin, .. } in at_hand.into_iter().filter(|candidate| candidate.aside) {
        if read.iter().any(|layer| layer.origin == *origin) {
            continue;
        }
        let (count, handles) = files.entry(origin.file.display().to_string()).or_default();
        *count += 1;
        if !handles.contains(&origin.handle()) {
            handles.push(origin.handle());
        }
    }
    let note = |(file, (count, handles)): (String, (usize, Vec<&str>))| {
        let (hold, them) = match count {
            1 => ("layer holds", "it"),
            _ => ("layers hold", "them"),
        };
        let handles = handles.join(", ");
        format!("{file}: {count} {hold} no sites ({handles}); reemap map --context draws {them}")
    };
    files.into_iter().map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_layers_are_told_by_their_suffix() {
        let of = |name: &str| Kind::of(name).map(|(kind, of)| (kind, of.unwrap_or_default()));
        for (name, kind, what) in [
            ("CHN_Infra_Dams", Kind::Dams, ""),
            ("chn_infra_DAM", Kind::Dams, ""),
            ("AFR_Infra_Power_Stations", Kind::PowerStations, ""),
            ("INDOPAC_Infra_OG_LNG_Terminals", Kind::LngTerminals, ""),
            ("SWA_Infra_Transprt_Ports", Kind::Ports, ""),
            ("CHN_Infra_Power_Transmision", Kind::TransmissionLines, ""),
            ("CHN_Mineral_Resources_Coal", Kind::ResourceTracts, "coal"),
            ("SWA_Minerl_Resources_Phospate", Kind::ResourceTracts, "phosphate"),
            ("XYZ_Mineral_Resources_Rare_Earths", Kind::ResourceTracts, "rare earths"),
            ("CHN_OG_Provinces_Continuous", Kind::OilGasProvinces, "continuous"),
            ("CHN_OG_Province_Groups_Conventional", Kind::OilGasProvinces, "groups"),
            ("CHN_OG_Provinces_Conventional", Kind::OilGasProvinces, "conventional"),
            ("CHN_OG_Resources_Recoverable", Kind::OilGasProvinces, "recoverable"),
        ] {
            assert_eq!(of(name), Some((kind, what.to_owned())), "{name}");
        }
        for name in ["CHN_Mineral_Facilities", "CHN_Mineral_Deposits", "tracts", "dams", ""] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
