//! A figure as data: a TOML file that says what is drawn, where and how.

use serde::{Deserialize, Deserializer};

use super::language::{Language, Phrase, Words};
use super::lines::{Lines, Step};
use super::projection::Projection;
use super::scene::Bounds;
use super::style::Colour;
use super::theme::Theme;
use crate::error::{Error, Result};
use crate::place::Gazetteer;
use crate::select::Selection;

/// The figures that ship with the program, by name, with their TOML text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("1", include_str!("../../data/figures/1.toml")),
    ("2", include_str!("../../data/figures/2.toml")),
    ("3", include_str!("../../data/figures/3.toml")),
    ("7", include_str!("../../data/figures/7.toml")),
];

/// The figure of whatever is selected, which [`super::generic`] fits to a selection; by name, with
/// its TOML text.
pub const GENERIC: (&str, &str) = ("sites", include_str!("../../data/figures/sites.toml"));

/// The projection of a frame that names none: it follows from what is framed.
pub const PROJECTION_BY_FRAME: &str = "auto";

/// A figure's specification.
///
/// A text is the same in every language, or `{ en = "…", zh = "…" }`. In the title, the subtitle
/// and the notes `{n}` stands for the number of sites drawn, `{selected}` for that of sites
/// selected, `{without-location}` for those of them without a location, `{ports}` for the number of
/// ports, `{as-of}` for the date of the data, `{by}` for what colours say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Figure {
    /// The title: what, where.
    pub title: Phrase,
    /// A line below the title: what is counted and as of when.
    #[serde(default)]
    pub subtitle: Phrase,
    /// The page: its size, its colours, its language.
    #[serde(default)]
    pub page: PageSpec,
    /// The sites drawn, by the same filters as on the command line.
    #[serde(default)]
    pub sites: Selection,
    /// The ports drawn, where there are any.
    pub ports: Option<Ports>,
    /// Layers drawn around the sites: dams, power lines, resource tracts, a user's own.
    #[serde(default)]
    pub context: Vec<Context>,
    /// Areas filled by how many of the sites lie in them.
    pub choropleth: Option<Choropleth>,
    /// What part of the world is drawn, and in which projection.
    #[serde(default)]
    pub frame: FrameSpec,
    /// How sites are drawn.
    #[serde(default)]
    pub symbols: Symbols,
    /// Maps of a smaller part at a larger scale, beside the main map.
    #[serde(default)]
    pub lens: Vec<Lens>,
    /// Maps in a corner of the main map.
    #[serde(default)]
    pub inset: Vec<Inset>,
    /// A map in a corner that shows where the main map lies.
    pub locator: Option<Locator>,
    /// Bar charts.
    #[serde(default)]
    pub chart: Vec<Chart>,
    /// Sentences for the foot of the figure, before its sources.
    #[serde(default)]
    pub notes: Vec<Phrase>,
}

/// The page that a figure is printed on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PageSpec {
    /// The width in millimetres.
    pub width: f64,
    /// The greatest height in millimetres. A figure is as high as what it holds, and holds less
    /// where that would be higher.
    pub height: f64,
    /// A theme's name (`print`, `grey`, `dark`) or a TOML file.
    pub theme: String,
    /// The language, `en` or `zh`.
    pub language: Language,
}

impl Default for PageSpec {
    fn default() -> Self {
        let language = Language::default();
        PageSpec { width: 183.0, height: 170.0, theme: "print".into(), language }
    }
}

/// What part of the world is drawn, and in which projection: a box, places, or where the data
/// are; without any of these the whole world.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct FrameSpec {
    /// A projection's name (`equal-earth`, `albers-china`, …), a PROJ string, an EPSG code or WKT.
    /// The last two serve the lenses too, which otherwise have a projection of their own. `auto`,
    /// the default, is an equal-area one that suits what is framed.
    pub projection: String,
    /// West, south, east and north in degrees. West may exceed east across the antimeridian.
    #[serde(deserialize_with = "some_bbox")]
    pub bbox: Option<[f64; 4]>,
    /// Countries, by any name or ISO code: the box around their main bodies. A country alone is
    /// mapped as by convention, where there is one: China with the South China Sea in a corner.
    pub country: Vec<String>,
    /// Provinces, likewise, in the countries named if there are any; their neighbours recede.
    pub province: Vec<String>,
    /// The box around the selected sites and ports.
    pub data: bool,
    /// What the places and data named take of the projected plane, in metres, where that is less
    /// than their box.
    #[serde(skip)]
    pub fit: Option<Bounds>,
    /// The countries that the figure is about, which are shown with their provinces.
    pub focus: Vec<String>,
    /// Whether there is a scale bar.
    pub scale_bar: bool,
    /// Degrees between two lines of the graticule; by default what suits the map.
    #[serde(deserialize_with = "some_graticule")]
    pub graticule: Option<f64>,
}

impl Default for FrameSpec {
    fn default() -> Self {
        FrameSpec {
            projection: PROJECTION_BY_FRAME.into(),
            bbox: None,
            country: Vec::new(),
            province: Vec::new(),
            data: false,
            fit: None,
            focus: Vec::new(),
            scale_bar: false,
            graticule: None,
        }
    }
}

/// How sites are drawn.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Symbols {
    /// Diameter of a circle in points, other shapes having its area; by default smaller the more
    /// there are.
    #[serde(deserialize_with = "some_size")]
    pub size: Option<f64>,
    /// What colour and shape say. The most frequent values, seven at most, have each their own,
    /// the rest and what is not known one.
    pub color_by: Attribute,
    /// Whether a white dot marks byproduct producers.
    pub mark_byproduct: bool,
    /// Whether an open symbol marks a status that the source doubts or assumes.
    pub mark_uncertain: bool,
    /// Whether sites are labelled on the main map, where no lens shows them.
    pub labels: bool,
    /// Which of them are labelled, by the same filters as for sites; by default all.
    pub named: Option<Selection>,
    /// Whether all symbols stay at their places, where others would hide them too. By default
    /// hidden ones stand a little aside, and the foot says how many and how far.
    pub stay: bool,
    /// The greatest number of sites up to which they are labelled all the same.
    pub label_up_to: Option<usize>,
}

/// The ports of a figure.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Ports {
    /// Which ports, by the same filters as for sites.
    pub select: Selection,
    /// Whether only those that export metals are drawn.
    pub metals_only: bool,
}

/// Layers of points, lines or areas drawn around the sites.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Context {
    /// A kind (`dams`, `resource-tracts`, …), a commodity of tracts, or the name of a layer or
    /// file of the data given.
    pub layer: String,
    /// What the key calls it; by default what it shows, or the layer's name.
    pub label: Option<String>,
    /// Its colour, `#rrggbb`; by default that of its kind.
    pub color: Option<Colour>,
}

/// A map of a smaller part at a larger scale.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lens {
    /// Its title; by default the provinces or countries that most of its sites lie in.
    #[serde(default)]
    pub title: Phrase,
    /// West, south, east and north in degrees; by default where symbols crowd so that a lens parts
    /// the most of them. Where none crowd, or the page has no room, there is no such lens.
    #[serde(default, deserialize_with = "some_bbox")]
    pub bbox: Option<[f64; 4]>,
    /// Whether its sites are labelled; by default where they are 40 or fewer.
    pub labels: Option<bool>,
}

/// A map in a corner of the main map.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Inset {
    /// Its title.
    pub title: Phrase,
    /// West, south, east and north in degrees.
    #[serde(deserialize_with = "bbox")]
    pub bbox: [f64; 4],
    /// Width as a share of the main map's, 0.05 to 0.5.
    #[serde(deserialize_with = "share")]
    pub width: f64,
    /// The corner of the main map.
    pub corner: Corner,
}

/// A small map that shows where the main map lies: a province's in its country, else in its
/// surroundings. It stands in a corner where it hides no site; where each would, or the main map
/// shows most of what it would show, there is none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Locator {
    /// Width as a share of the main map's.
    pub width: f64,
}

impl Default for Locator {
    fn default() -> Self {
        Locator { width: 0.17 }
    }
}

/// A corner of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Corner {
    LowerLeft,
    LowerRight,
    UpperLeft,
    UpperRight,
}

/// A bar chart of the selected sites.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Chart {
    /// Its title.
    pub title: Phrase,
    /// What the bars stand for.
    pub by: Attribute,
    /// The longest bars that are shown; the rest are added up in one.
    #[serde(default = "twelve")]
    pub most: usize,
}

/// What is known of a site, for symbols and charts to tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attribute {
    /// The type of rare earths: light, mixed, heavy.
    #[default]
    ReeType,
    /// The status, exactly.
    Status,
    /// The status folded to active, past and no production.
    Activity,
    /// The segment of the supply chain; a site of several stands in the bar of each.
    Segment,
    /// The main deposit type: the first that the source states.
    DepositType,
    /// The country found, or the one stated where none was found.
    Country,
    /// The province, likewise.
    Province,
    /// The dataset.
    Dataset,
}

/// Areas filled by how many of the sites lie in them, in classes of round numbers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Choropleth {
    /// What the areas are.
    pub by: Division,
    /// The most classes of counts, 3 to 6.
    #[serde(default = "five", deserialize_with = "classes")]
    pub classes: usize,
    /// What the key calls it; by default what is counted by what.
    #[serde(default)]
    pub title: Phrase,
    /// Whether the sites are drawn too.
    #[serde(default)]
    pub sites: bool,
}

/// The areas of a choropleth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Division {
    /// Provinces or states.
    Province,
    /// Countries.
    Country,
}

impl Division {
    /// The attribute that places a site in an area.
    pub fn attribute(self) -> Attribute {
        match self {
            Division::Province => Attribute::Province,
            Division::Country => Attribute::Country,
        }
    }

    /// What is counted by what, in words.
    pub fn heading(self, words: &Words) -> &str {
        match self {
            Division::Province => &words.choropleth.by_province,
            Division::Country => &words.choropleth.by_country,
        }
    }
}

impl Symbols {
    /// Whether a dot marks byproduct producers: not where the colour says so already.
    pub fn marks_byproduct(&self) -> bool {
        self.mark_byproduct && self.color_by != Attribute::Status
    }
}

/// What a reader of TOML gives: refused here, a value is refused with its line.
type Read<T, E> = std::result::Result<T, E>;

/// A box that spans an area.
fn bbox<'de, D: Deserializer<'de>>(source: D) -> Read<[f64; 4], D::Error> {
    let [west, south, east, north] = <[f64; 4]>::deserialize(source)?;
    check_bbox([west, south, east, north]).map_err(serde::de::Error::custom)
}

fn some_bbox<'de, D: Deserializer<'de>>(source: D) -> Read<Option<[f64; 4]>, D::Error> {
    bbox(source).map(Some)
}

/// West, south, east and north, if they span an area.
fn check_bbox([west, south, east, north]: [f64; 4]) -> Read<[f64; 4], String> {
    let sound = [west, east].iter().all(|l| (-360.0..=360.0).contains(l))
        && (-90.0..=90.0).contains(&south)
        && (-90.0..=90.0).contains(&north)
        && south < north
        && west != east;
    match sound {
        true => Ok([west, south, east, north]),
        false => Err(format!(
            "the bbox [{west}, {south}, {east}, {north}] spans no area; give west, south, east, \
             north in degrees, such as [73, 17, 136, 54]"
        )),
    }
}

fn twelve() -> usize {
    12
}

fn five() -> usize {
    5
}

/// A number of a range, in its unit.
fn number<'de, D: Deserializer<'de>>(
    source: D,
    range: std::ops::RangeInclusive<f64>,
    unit: &str,
) -> Read<f64, D::Error> {
    let number = f64::deserialize(source)?;
    match range.contains(&number) {
        true => Ok(number),
        false => Err(serde::de::Error::custom(format!(
            "{number} is not {} to {}{unit}",
            range.start(),
            range.end()
        ))),
    }
}

fn some_graticule<'de, D: Deserializer<'de>>(source: D) -> Read<Option<f64>, D::Error> {
    number(source, 0.1..=90.0, "°").map(Some)
}

fn some_size<'de, D: Deserializer<'de>>(source: D) -> Read<Option<f64>, D::Error> {
    number(source, 0.5..=30.0, " pt").map(Some)
}

fn share<'de, D: Deserializer<'de>>(source: D) -> Read<f64, D::Error> {
    number(source, 0.05..=0.5, " of the main map's width")
}

fn classes<'de, D: Deserializer<'de>>(source: D) -> Read<usize, D::Error> {
    let classes = usize::deserialize(source)?;
    match (3..=6).contains(&classes) {
        true => Ok(classes),
        false => Err(serde::de::Error::custom(format!("{classes} classes are not 3 to 6"))),
    }
}

/// The TOML text of a built-in figure, by its name (`2`, `figure2`).
///
/// # Errors
/// A name that no built-in figure goes by.
pub fn built_in(name: &str) -> Result<&'static str> {
    let bare = name.trim();
    let bare = bare.strip_prefix("figure").unwrap_or(bare);
    let found = BUILT_IN.iter().find(|(built_in, _)| *built_in == bare);
    found.map(|(_, text)| *text).ok_or_else(|| {
        Error::usage(format!("there is no figure \"{name}\""))
            .with_hint(format!("the figures are {}", names()))
    })
}

fn names() -> String {
    BUILT_IN.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

impl FrameSpec {
    /// The frame of a flag: `world`, `data`, `W,S,E,N` in degrees, or the name of a country or, if
    /// no country goes by it, a province. The projection follows from it.
    ///
    /// # Errors
    /// A text that is none of these, with what may have been meant.
    pub fn reframed(self, text: &str, gazetteer: &Gazetteer) -> Result<Self> {
        let projection = PROJECTION_BY_FRAME.into();
        let mut frame = FrameSpec {
            projection,
            bbox: None,
            country: Vec::new(),
            province: Vec::new(),
            data: false,
            graticule: None,
            ..self
        };
        let text = text.trim();
        let numbers: Vec<Option<f64>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
        match (text, numbers.as_slice()) {
            ("world", _) => {}
            ("data", _) => frame.data = true,
            (_, &[Some(west), Some(south), Some(east), Some(north)]) => {
                frame.bbox = Some(check_bbox([west, south, east, north]).map_err(Error::usage)?);
            }
            _ if gazetteer.country(text).is_some() => frame.country = vec![text.into()],
            _ if !gazetteer.province(text).is_empty() => frame.province = vec![text.into()],
            _ => {
                let mut near = gazetteer.suggest_countries(text);
                near.extend(gazetteer.suggest_provinces(text));
                near.truncate(3);
                let mut hint =
                    String::from("give world, data, W,S,E,N in degrees, a country or a province");
                if !near.is_empty() {
                    hint = format!("did you mean {}? Or {hint}", near.join(" or "));
                }
                let reason = format!("nothing to frame is called \"{text}\"");
                return Err(Error::usage(reason).with_hint(hint));
            }
        }
        if !frame.country.is_empty() || !frame.province.is_empty() {
            frame.focus = Vec::new();
        }
        Ok(frame)
    }
}

impl Figure {
    /// The figure with another frame, as [`FrameSpec::reframed`] reads it. Its lenses and insets,
    /// which belong to the frame that it had, go.
    ///
    /// # Errors
    /// As there.
    pub fn reframed(self, text: &str, gazetteer: &Gazetteer) -> Result<Self> {
        let frame = self.frame.reframed(text, gazetteer)?;
        Ok(Figure { frame, lens: Vec::new(), inset: Vec::new(), ..self })
    }

    /// A built-in figure by its name, or the figure of a TOML file.
    pub fn open(name_or_path: &str) -> Result<Self> {
        let by_name = built_in(name_or_path).ok();
        let generic = (name_or_path == GENERIC.0).then_some(GENERIC.1);
        if let Some(text) = by_name.or(generic) {
            return Figure::parse(text, &format!("figure {name_or_path}"));
        }
        let path = std::path::Path::new(name_or_path);
        if !path.exists() {
            return Err(Error::usage(format!("there is no figure \"{name_or_path}\""))
                .with_hint(format!("built-in figures: {}; or give a TOML file's path", names())));
        }
        let text = std::fs::read_to_string(path).map_err(|cause| Error::io(path, cause))?;
        Figure::parse(&text, name_or_path)
    }

    /// A figure from TOML text; `origin` names it in errors.
    ///
    /// # Errors
    /// With its line, whatever is no TOML or no figure, a number that no map can be drawn with,
    /// a name that no place, class, projection or theme goes by.
    pub fn parse(text: &str, origin: &str) -> Result<Self> {
        let lines = Lines::new(origin, text);
        let figure: Figure = toml::from_str(text).map_err(|cause| lines.unreadable(&cause))?;
        figure.check(&lines)?;
        Ok(figure)
    }

    /// Whether sites are drawn, and not only counted.
    pub fn draws_sites(&self) -> bool {
        self.choropleth.as_ref().is_none_or(|choropleth| choropleth.sites)
    }

    /// What colours say of the sites: what their symbols tell, or else the areas they lie in.
    pub fn tells(&self) -> Attribute {
        match &self.choropleth {
            Some(choropleth) if !choropleth.sites => choropleth.by.attribute(),
            _ => self.symbols.color_by,
        }
    }

    /// Makes a choropleth of the figure: its sites are counted by area and not drawn, its lenses,
    /// which part them, go, and a chart says the counts.
    ///
    /// # Errors
    /// Embedded words that are broken.
    pub fn counted_by(&mut self, by: Division) -> Result<()> {
        self.choropleth =
            Some(Choropleth { by, classes: five(), title: Phrase::None, sites: false });
        self.lens.clear();
        if self.chart.iter().all(|chart| chart.by != by.attribute()) {
            let title = Phrase::of_words(|words| by.heading(words))?;
            self.chart = vec![Chart { title, by: by.attribute(), most: twelve() }];
        }
        Ok(())
    }

    /// Refuses names that stand for nothing.
    fn check(&self, lines: &Lines) -> Result<()> {
        use Step::{Key, Number};
        let frame = &self.frame;
        if frame.projection != PROJECTION_BY_FRAME {
            Projection::new(&frame.projection)
                .map_err(|error| lines.point(&[Key("frame"), Key("projection")], error))?;
        }
        Theme::open(&self.page.theme)
            .map_err(|error| lines.point(&[Key("page"), Key("theme")], error))?;
        let by_place = !frame.country.is_empty() || !frame.province.is_empty();
        if [frame.bbox.is_some(), by_place, frame.data].iter().filter(|given| **given).count() > 1 {
            let error = Error::usage("frame: more than one part of the world")
                .with_hint("give bbox, or country and province, or data = true");
            return Err(lines.point(&[Key("frame")], error));
        }
        let gazetteer = Gazetteer::embedded()?;
        let (country, province) = (frame.country.clone(), frame.province.clone());
        let places = Selection { country, province, ..Selection::default() };
        check_filters(&places, &[Key("frame")], lines, gazetteer)?;
        for (number, name) in frame.focus.iter().enumerate() {
            let country = Selection { country: vec![name.clone()], ..Selection::default() };
            country.resolve(gazetteer).map_err(|error| {
                lines.point(&[Key("frame"), Key("focus"), Number(number)], error)
            })?;
        }
        check_filters(&self.sites, &[Key("sites")], lines, gazetteer)?;
        if let Some(named) = &self.symbols.named {
            check_filters(named, &[Key("symbols"), Key("named")], lines, gazetteer)?;
        }
        match &self.ports {
            None => Ok(()),
            Some(ports) => {
                check_filters(&ports.select, &[Key("ports"), Key("select")], lines, gazetteer)
            }
        }
    }
}

/// Refuses words of filters that stand for nothing.
fn check_filters(
    filters: &Selection,
    table: &[Step],
    lines: &Lines,
    gazetteer: &Gazetteer,
) -> Result<()> {
    if filters.resolve(gazetteer).is_ok() {
        return Ok(());
    }
    for (key, number, one) in filters.words() {
        one.resolve(gazetteer).map_err(|error| {
            lines.point(&[table, &[Step::Key(key), Step::Number(number)]].concat(), error)
        })?;
    }
    filters.resolve(gazetteer).map(|_| ()).map_err(|error| lines.point(table, error))
}
