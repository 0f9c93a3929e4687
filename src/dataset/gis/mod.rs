//! The USGS GIS compilations of mineral industries: China (2023) and its siblings.
//!
//! Their layers share columns, and differ in how they spell them and in what the designated
//! attributes (`DsgAttr01` …) mean. A facility has a row for each of its products.

use std::collections::{BTreeMap, HashMap};

use self::roles::{Mapping, Role, Roles};
use self::words::Words;
use super::context;
use super::ids::is_same_place;
use super::location::Location;
use super::status::{Source, Statuses};
use super::terms;
use crate::classify::Rules;
use crate::error::{At, Error, Notices, Result};
use crate::site::{Activity, Dataset, Place, Port, Product, Record, Site, Term};
use crate::source::{Cell, Layer, Row, Rows};

pub mod roles;
mod words;

/// What a layer lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Mines, quarries, plants: a row a product.
    Facility,
    /// Exploration projects.
    Exploration,
    /// Deposits.
    Deposit,
    /// Ports: a row a commodity.
    Port,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 4] = [Kind::Facility, Kind::Exploration, Kind::Deposit, Kind::Port];

    /// The kind of that name, letter case aside.
    pub fn from_name(name: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name.trim()))
    }

    /// The name for people and in mappings, in the plural.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Facility => "facilities",
            Kind::Exploration => "exploration",
            Kind::Deposit => "deposits",
            Kind::Port => "ports",
        }
    }
}

/// Values of `FeatureTyp` that only facilities have, lower case, by their beginnings.
const FACILITY_TYPES: [&str; 5] = [
    "mines and quarries",
    "mineral processing",
    "oil and gas field",
    "oil and gas refiner",
    "brine",
];

/// How many rows are looked at to tell what a layer lists.
const PEEK: usize = 500;

/// Parts of the official names of layers that hold no sites, lower case. Some of them (dams) lack
/// the family's columns and would pass for plain points.
const UNUSED: [&str; 3] = ["_infra_", "_mineral_resources_", "_og_"];

/// The part of an official name that tells ports from the other infrastructure.
const PORTS: &str = "_transport_port";

/// A layer of the family: what it lists, or that it is one without sites. A mapping may say it of
/// any layer.
pub fn recognise(layer: &Layer, mapping: &Mapping) -> Result<Option<Option<Kind>>> {
    if let Some(kind) = mapping.of(layer).and_then(|mapping| mapping.lists()) {
        return Ok(Some(Some(kind)));
    }
    let name = layer.name.to_lowercase();
    let official = context::Kind::of(&name).map(|(kind, _)| kind);
    let ports = official == Some(context::Kind::Ports) || name.contains(PORTS);
    if !ports && (official.is_some() || UNUSED.iter().any(|part| name.contains(part))) {
        return Ok(Some(None));
    }
    let named = [
        ("mineral_facil", Kind::Facility),
        ("mineral_explor", Kind::Exploration),
        ("mineral_develop", Kind::Exploration),
        ("mineral_deposit", Kind::Deposit),
        (PORTS, Kind::Port),
    ]
    .into_iter()
    .find_map(|(part, kind)| name.contains(part).then_some(kind))
    .or(ports.then_some(Kind::Port));
    let column = |role: Role| role.official_column(layer);
    let (Some(id), Some(_)) = (column(Role::Id), column(Role::Name)) else {
        // One that is named as an official layer is one, whatever its columns are called.
        return Ok(named.map(Some));
    };
    let type_column = column(Role::FacilityType);
    let (mut facility, mut port, mut letters) = (false, false, BTreeMap::new());
    for row in layer.rows()?.take(PEEK) {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_one_row() => continue,
            Err(error) => return Err(error),
        };
        if let Some(of) = type_column.and_then(|column| value(row.cells.get(column)?)) {
            let of = of.to_lowercase();
            facility |= FACILITY_TYPES.iter().any(|known| of.starts_with(known));
            port |= of.split_whitespace().any(|word| matches!(word, "port" | "ports" | "seaport"));
        }
        if let Some(letter) = row.cells.get(id).and_then(value).and_then(|id| letter(&id)) {
            *letters.entry(letter).or_insert(0_usize) += 1;
        }
    }
    let status = column(Role::Status).is_some();
    let lettered = letters.into_iter().max_by_key(|(_, count)| *count).map(|(letter, _)| letter);
    Ok(Some(if facility {
        Some(Kind::Facility)
    } else if port {
        Some(Kind::Port)
    } else if named.is_some() {
        named
    } else if type_column.is_none() && status {
        Some(Kind::Exploration)
    } else {
        match lettered {
            Some('x') => Some(Kind::Exploration),
            Some('d') => Some(Kind::Deposit),
            Some('p') => Some(Kind::Port),
            _ => None,
        }
    }))
}

/// The lower-case letter that follows the country's code in an id: `d` of `ZAd022`.
fn letter(id: &str) -> Option<char> {
    let rest = id.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    let mut letters = rest.chars();
    let letter = letters.next().filter(char::is_ascii_lowercase)?;
    letters.next().is_some_and(|next| next.is_ascii_digit()).then_some(letter)
}

/// A cell's text; none for what the compilations write where they know nothing.
pub fn value(cell: &Cell) -> Option<String> {
    stated(cell, terms::text(cell)?)
}

/// The text of a list, without an entry that is cut.
fn list(cell: &Cell, separators: &[char]) -> Option<String> {
    stated(cell, terms::list_text(cell, separators)?)
}

fn stated(cell: &Cell, text: String) -> Option<String> {
    if cell.number() == Some(-999.0) {
        return None;
    }
    let nothing = ["<null>", "null", "na", "n/a", "none"];
    (!nothing.contains(&text.to_lowercase().as_str())).then_some(text)
}

/// A cell's number, with or without commas between thousands (`40,000`).
fn amount(cell: &Cell) -> Option<f64> {
    cell.number().or_else(|| {
        let text = cell.text()?;
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let groups: Vec<&str> = whole.split(',').collect();
        let digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
        let (first, rest) = groups.split_first()?;
        let grouped = !rest.is_empty()
            && (1..=3).contains(&first.len())
            && rest.iter().all(|group| group.len() == 3)
            && groups.iter().all(digits)
            && digits(&fraction);
        if grouped { text.replace(',', "").parse().ok() } else { None }
    })
}

/// The ids of a list of facilities.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '&'])
        .flat_map(|part| part.split(" and "))
        .map(|id| id.trim().strip_prefix("and ").unwrap_or(id.trim()))
        .filter(|id| !id.is_empty())
}

/// Which compilation a layer is of, by the official prefix of its name.
pub fn by_prefix(layer: &str) -> Option<Dataset> {
    let name = layer.to_uppercase();
    [
        ("CHN_", Dataset::ChinaGis),
        ("AFR_", Dataset::AfricaGis),
        ("INDOPAC_", Dataset::IndoPacificGis),
        ("SWA_", Dataset::SouthwestAsiaGis),
    ]
    .into_iter()
    .find_map(|(prefix, dataset)| name.starts_with(prefix).then_some(dataset))
}

/// Which compilation a layer is of: by the official prefix of its name, else the one whose
/// countries most of its rows name; another where neither tells.
fn sibling(layer: &Layer, country: Option<usize>) -> Result<Dataset> {
    if let Some(dataset) = by_prefix(&layer.name) {
        return Ok(dataset);
    }
    let Some(country) = country else { return Ok(Dataset::OtherGis) };
    let words = Words::embedded()?;
    let (mut votes, mut named) = (BTreeMap::new(), 0_usize);
    for row in layer.rows()? {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_one_row() => continue,
            Err(error) => return Err(error),
        };
        let Some(country) = row.cells.get(country).and_then(value) else { continue };
        named += 1;
        if let Some(dataset) = words.dataset_of(&country) {
            *votes.entry(dataset).or_insert(0_usize) += 1;
        }
    }
    let most = votes.into_iter().find(|(_, count)| count * 2 > named);
    Ok(most.map_or(Dataset::OtherGis, |(dataset, _)| dataset))
}

/// A layer, opened: where its columns stand and what they mean.
pub struct Table {
    kind: Kind,
    dataset: Dataset,
    layer: String,
    at: At,
    location: Location,
    id: Option<usize>,
    name: Option<usize>,
    other_names: Option<usize>,
    type_: Option<usize>,
    status: Option<usize>,
    country: Option<usize>,
    province: Option<usize>,
    source: Option<usize>,
    commodities: Vec<usize>,
    form: Option<usize>,
    form_untold: bool,
    product_note: Option<usize>,
    capacity: Option<usize>,
    unit: Option<usize>,
    shared_with: Option<usize>,
    deposit_type: Option<usize>,
    roles: Roles,
    statuses: &'static Statuses,
}

impl Table {
    /// Opens a layer that [`recognise`] told the kind of.
    ///
    /// # Errors
    /// A layer that can't be read, that is of no known compilation, or that the mapping doesn't
    /// fit.
    pub fn open(
        layer: &Layer,
        kind: Kind,
        mapping: &Mapping,
        notices: &mut Notices,
    ) -> Result<Self> {
        let roles = Roles::settle(layer, kind, mapping)?;
        for note in roles.notes() {
            notices.note(format!("{}: {note}", layer.at));
        }
        let one = |role| roles.one(role);
        Ok(Table {
            kind,
            dataset: sibling(layer, one(Role::Country))?,
            layer: layer.name.clone(),
            at: layer.at.clone(),
            location: Location::of(layer, notices)?,
            id: one(Role::Id),
            name: one(Role::Name),
            other_names: one(Role::OtherNames),
            type_: one(Role::FacilityType),
            status: one(Role::Status),
            country: one(Role::Country),
            province: one(Role::Province),
            source: one(Role::Source),
            commodities: roles.all(Role::Commodity),
            form: one(Role::Form),
            form_untold: roles.needed().any(|role| role == Role::Form),
            product_note: one(Role::ProductNote),
            capacity: one(Role::Capacity),
            unit: one(Role::Unit),
            shared_with: one(Role::SharedWith),
            deposit_type: one(Role::DepositType),
            roles,
            statuses: Statuses::embedded()?,
        })
    }

    /// The layer's rows, located on WGS 84.
    pub fn rows(&self, layer: &Layer) -> Result<Rows<'static>> {
        self.location.rows(layer)
    }

    /// The compilation.
    pub fn dataset(&self) -> Dataset {
        self.dataset
    }

    /// What the layer lists.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The layer.
    pub fn at(&self) -> &At {
        &self.at
    }

    /// What the columns mean.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// The site of one row, not merged with others of the same facility. A row without an id is
    /// an error that loses this row only.
    pub fn site(&self, row: &Row, notices: &mut Notices) -> Result<Site> {
        let text = |column: Option<usize>| column.and_then(|column| value(row.cells.get(column)?));
        let list = |column: Option<usize>, separators: &[char]| {
            column.and_then(|column| list(row.cells.get(column)?, separators))
        };
        let Some(id) = text(self.id) else {
            let at = self.at.clone().row(row.number).column(self.roles.column(Role::Id));
            return Err(Error::row(at, "the row has no id"));
        };
        let name = text(self.name).unwrap_or_else(|| id.clone());
        let mut site = Site::new(self.dataset, id.clone(), name);
        site.record = Record {
            table: self.layer.clone(),
            key: Some(id),
            file: self.at.file.display().to_string(),
            row: row.number,
        };
        site.other_names = list(self.other_names, &[';', ','])
            .map(|names| terms::split(&names, &[';', ',']).map(str::to_owned).collect())
            .unwrap_or_default();
        site.point = self.location.point(row, notices)?;
        site.stated_country = text(self.country);
        site.stated_province = text(self.province);
        let status = text(self.status);
        if self.kind == Kind::Exploration {
            site.stage = status.as_deref().and_then(terms::term);
        }
        self.statuses.apply(Source::Gis, status, &mut site, notices);
        site.kind = text(self.type_).as_deref().and_then(terms::term).or_else(|| match self.kind {
            Kind::Exploration => terms::term("Exploration"),
            Kind::Deposit => terms::term("Deposit"),
            Kind::Facility | Kind::Port => None,
        });
        site.deposit_types = list(self.deposit_type, &[';'])
            .map(|types| terms::list(&types, &[';']))
            .unwrap_or_default();
        site.commodities = terms::distinct(
            self.commodities.iter().filter_map(|column| terms::term(&text(Some(*column))?)),
        );
        if self.kind == Kind::Facility {
            site.products.push(self.product(row, notices)?);
        }
        site.references = list(self.source, &[';'])
            .map(|list| terms::split(&list, &[';']).map(str::to_owned).collect())
            .unwrap_or_default();
        Ok(site)
    }

    /// The product of a row. A capacity that can't be read is reported and left out.
    fn product(&self, row: &Row, notices: &mut Notices) -> Result<Product> {
        let cell = |column: Option<usize>| column.and_then(|column| row.cells.get(column));
        let text = |column: Option<usize>| cell(column).and_then(value);
        let capacity = cell(self.capacity).and_then(amount).filter(|number| *number >= 0.0);
        if capacity.is_none()
            && let Some(text) = text(self.capacity)
        {
            let at = self.at.clone().row(row.number).column(self.roles.column(Role::Capacity));
            let reason =
                format!("the capacity \"{text}\" is no amount; the product is kept without");
            notices.skip(Error::row(at, reason))?;
        }
        let shared_with = cell(self.shared_with).and_then(|cell| list(cell, &[',', ';']));
        let shared_with = shared_with.iter().flat_map(|list| ids(list));
        Ok(Product {
            commodity: text(self.commodities.first().copied())
                .unwrap_or_else(|| "not stated".into()),
            form: text(self.form),
            form_untold: self.form_untold,
            note: text(self.product_note),
            capacity,
            unit: text(self.unit),
            shared_with: shared_with.map(|id| format!("{}:{id}", self.dataset.name())).collect(),
        })
    }
}

/// Rows of one facility become one site: those with the same id at the same place. Every product
/// is kept, a row each; names that differ are joined, and so are the kinds. The site's status is
/// that of its row most at work.
pub fn merge(rows: impl IntoIterator<Item = Site>) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    let mut known: HashMap<String, Vec<usize>> = HashMap::new();
    for row in rows {
        let places = known.entry(row.source_id.clone()).or_default();
        let here = |index: &&usize| {
            sites.get(**index).is_some_and(|site| is_same_place(site.point, row.point))
        };
        match places.iter().find(here).copied().and_then(|index| sites.get_mut(index)) {
            Some(site) => absorb(site, row),
            None => {
                places.push(sites.len());
                sites.push(row);
            }
        }
    }
    sites
}

/// Adds a further row of a facility to its site.
fn absorb(site: &mut Site, row: Site) {
    join(&mut site.name, &row.name);
    match (&mut site.kind, row.kind) {
        (Some(kind), Some(other)) => {
            join(&mut kind.name, &other.name);
            kind.certain &= other.certain;
        }
        (kind @ None, other) => *kind = other,
        (Some(_), None) => {}
    }
    if let Some(stated) = row.stated_status {
        match &mut site.stated_status {
            Some(known) => join(known, &stated),
            known @ None => *known = Some(stated),
        }
    }
    if at_work(row.status.activity()) > at_work(site.status.activity())
        || (row.status.activity() == site.status.activity()
            && row.status_certain
            && !site.status_certain)
    {
        site.status = row.status;
        site.status_certain = row.status_certain;
    }
    let commodities = std::mem::take(&mut site.commodities);
    site.commodities = terms::distinct(commodities.into_iter().chain(row.commodities));
    let types = std::mem::take(&mut site.deposit_types);
    site.deposit_types = terms::distinct(types.into_iter().chain(row.deposit_types));
    site.products.extend(row.products);
    let strings =
        [(&mut site.other_names, row.other_names), (&mut site.references, row.references)];
    for (known, more) in strings {
        for text in more {
            if !known.contains(&text) {
                known.push(text);
            }
        }
    }
}

/// How much at work an activity is.
fn at_work(activity: Activity) -> u8 {
    match activity {
        Activity::Active => 3,
        Activity::Past => 2,
        Activity::None => 1,
        Activity::Unknown => 0,
    }
}

/// Adds a text to a `;`-joined list, once.
fn join(list: &mut String, text: &str) {
    if !list.split("; ").any(|known| known == text) {
        list.push_str("; ");
        list.push_str(text);
    }
}

/// The ports of a layer's rows, one for each id and coordinates, with what each exports.
pub fn ports(rows: impl IntoIterator<Item = Site>) -> Result<Vec<Port>> {
    let words = Words::embedded()?;
    let rules = Rules::embedded()?;
    let any = |exports: &[Term], holds: &dyn Fn(&str) -> bool| {
        exports.iter().any(|export| terms::split(&export.name, &[',', ';']).any(holds))
    };
    let ports = merge(rows).into_iter().map(|site| {
        let rare_earths = any(&site.commodities, &|name| rules.is_rare_earth(name));
        Port {
            id: site.id,
            dataset: site.dataset,
            name: site.name,
            point: site.point,
            stated_country: site.stated_country,
            stated_province: site.stated_province,
            exports_metals: rare_earths || any(&site.commodities, &|name| words.is_metal(name)),
            exports_assumed: false,
            // A list without them doesn't say that none pass.
            exports_rare_earths: rare_earths.then_some(true),
            exports: site.commodities.iter().map(Term::to_string).collect(),
            evidence: site.references.join("; "),
            record: site.record,
            place: Place::default(),
        }
    });
    Ok(ports.collect())
}
