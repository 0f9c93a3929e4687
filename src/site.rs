//! The vocabulary of the whole program: a site, what it holds, what it does, how we know.

use std::fmt;
use std::sync::Arc;

use geo::Point;
use serde::{Deserialize, Serialize};

use crate::resource::Resources;
use crate::source::Cell;

pub use self::fact::Fact;
pub use self::needs::{Needs, Part};
pub use self::place::{Place, PlaceBasis, Unit};
pub use self::segments::Segments;

pub mod fact;
mod needs;
pub mod place;
pub mod segments;

/// Where a row came from, so that each output can be traced to a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// The table as the source names it, such as `Global_REE`.
    pub table: String,
    /// The row's own key in that table (`OBJECTID`, `FeatureUID`), where it has one.
    pub key: Option<String>,
    /// The file read, as the user named it; `embedded` for the catalogue.
    pub file: String,
    /// The row in that file.
    pub row: u64,
}

/// The dataset a site comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dataset {
    /// USGS Global Rare Earth Element Occurrence Database (2018), records with a location.
    GlobalRee,
    /// The same database's records without a location.
    GlobalReeNonspatial,
    /// USGS GIS compilation for the mineral industries of China (2023).
    ChinaGis,
    /// Its sibling for Africa (2021).
    AfricaGis,
    /// Its sibling for the Indo-Pacific (2024).
    IndoPacificGis,
    /// Its sibling for Southwest Asia.
    SouthwestAsiaGis,
    /// A compilation of the same form for another region.
    OtherGis,
    /// reemap's own list of Chinese plants, from public sources.
    Curated,
    /// A user's own points.
    Points,
}

impl Dataset {
    /// All datasets, in the order of tables.
    pub const ALL: [Dataset; 9] = [
        Dataset::GlobalRee,
        Dataset::GlobalReeNonspatial,
        Dataset::ChinaGis,
        Dataset::AfricaGis,
        Dataset::IndoPacificGis,
        Dataset::SouthwestAsiaGis,
        Dataset::OtherGis,
        Dataset::Curated,
        Dataset::Points,
    ];

    /// The name used in ids, files and flags.
    pub fn name(self) -> &'static str {
        match self {
            Dataset::GlobalRee => "global-ree",
            Dataset::GlobalReeNonspatial => "global-ree-nonspatial",
            Dataset::ChinaGis => "china-gis",
            Dataset::AfricaGis => "africa-gis",
            Dataset::IndoPacificGis => "indo-pacific-gis",
            Dataset::SouthwestAsiaGis => "southwest-asia-gis",
            Dataset::OtherGis => "other-gis",
            Dataset::Curated => "curated",
            Dataset::Points => "points",
        }
    }
}

/// A segment of the supply chain, as the essay defines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Segment {
    /// Ores and concentrates: deposits, mines.
    Upstream,
    /// Separated rare-earth oxides, metals and alloys: separation plants, smelters.
    Midstream,
    /// Permanent magnets that hold rare earths (NdFeB, SmCo; sintered or bonded).
    Downstream,
    /// Not known, or nothing to do with rare earths.
    Unknown,
}

/// Which rare earths a site holds, by the share of heavy (with Y) in its total rare-earth
/// oxides: light below 20 %, mixed 20–40 %, heavy above 40 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReeType {
    /// La to Gd prevail.
    Light,
    /// Neither prevails.
    Mixed,
    /// Tb to Lu and Y prevail.
    Heavy,
    /// No evidence.
    Unknown,
}

/// How far a class can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A hint.
    Low,
    /// Good indirect evidence, or direct evidence that the source itself doubts.
    Medium,
    /// Direct evidence.
    High,
}

/// The names of the values of a vocabulary, as they stand in files, flags and pictures.
macro_rules! names {
    ($type:ident { $($variant:ident => $name:literal),+ $(,)? }) => {
        impl $type {
            /// All values, in the order of legends and tables.
            pub const ALL: &'static [$type] = &[$($type::$variant),+];

            /// The name used in files, flags and pictures.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name),+ }
            }

            /// The value of that name, letter case aside.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name().eq_ignore_ascii_case(name))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

names!(Segment {
    Upstream => "upstream", Midstream => "midstream", Downstream => "downstream",
    Unknown => "unknown",
});
names!(ReeType { Light => "light", Mixed => "mixed", Heavy => "heavy", Unknown => "unknown" });
names!(Confidence { Low => "low", Medium => "medium", High => "high" });
names!(Activity { Active => "active", Past => "past", None => "none", Unknown => "unknown" });
names!(Status {
    Producer => "producer",
    Byproduct => "byproduct",
    Active => "operating",
    AssumedActive => "assumed-active",
    PastProducer => "past-producer",
    PastByproduct => "past-byproduct",
    CareAndMaintenance => "care-and-maintenance",
    Suspended => "suspended",
    Closed => "closed",
    Development => "development",
    Construction => "construction",
    NoProduction => "no-production",
    Unknown => "unknown",
});

/// Whether a site is at work: what the sources' many status words are folded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Activity {
    /// At work, or assumed by the source to be.
    Active,
    /// Was at work and is not.
    Past,
    /// Never was, as far as the source knows.
    None,
    /// Not known.
    Unknown,
}

/// The production or operating status that a source gives, one vocabulary for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Produces rare earths.
    Producer,
    /// Produces rare earths beside another main product.
    Byproduct,
    /// A facility at work.
    Active,
    /// A facility that the source assumes to be at work.
    AssumedActive,
    /// Produced rare earths once.
    PastProducer,
    /// Produced rare earths once, beside another main product.
    PastByproduct,
    /// Idle, kept in order.
    CareAndMaintenance,
    /// Stopped for a time.
    Suspended,
    /// Closed.
    Closed,
    /// Under study or development.
    Development,
    /// Being built.
    Construction,
    /// No production so far.
    NoProduction,
    /// Not known.
    Unknown,
}

impl Status {
    /// What the status is folded to.
    pub fn activity(self) -> Activity {
        match self {
            Status::Producer | Status::Byproduct | Status::Active | Status::AssumedActive => {
                Activity::Active
            }
            Status::PastProducer
            | Status::PastByproduct
            | Status::CareAndMaintenance
            | Status::Suspended
            | Status::Closed => Activity::Past,
            Status::Development | Status::Construction | Status::NoProduction => Activity::None,
            Status::Unknown => Activity::Unknown,
        }
    }

    /// The name for people, in running text and pictures.
    pub fn label(self) -> &'static str {
        match self {
            Status::Producer => "Producer",
            Status::Byproduct => "Byproduct producer",
            Status::Active => "Active",
            Status::AssumedActive => "Assumed Active",
            Status::PastProducer => "Past producer",
            Status::PastByproduct => "Past byproduct producer",
            Status::CareAndMaintenance => "Care and maintenance",
            Status::Suspended => "Suspended",
            Status::Closed => "Closed",
            Status::Development => "Development",
            Status::Construction => "Construction",
            Status::NoProduction => "No production",
            Status::Unknown => "Not known",
        }
    }
}

/// A free-text note of the source that bears on the light/heavy split.
///
/// From an official file `text` holds the cell and [`crate::classify`] fills `facts`; in the
/// embedded catalogue only the facts are kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Note {
    /// The column, such as `HREE_Note`.
    pub column: String,
    /// The cell as the source has it.
    pub text: Option<String>,
    /// What the note states, parsed.
    pub facts: Vec<Fact>,
}

/// A name from a list, with the source's own `(?)` folded into a flag.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Term {
    /// The name, without `(?)`.
    pub name: String,
    /// False where the source marks it as uncertain.
    pub certain: bool,
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, if self.certain { "" } else { "(?)" })
    }
}

/// One product of a facility.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Product {
    /// The commodity, as stated (`Rare Earths`).
    pub commodity: String,
    /// The form in which it leaves (`Concentrate`, `Metal`), where stated.
    pub form: Option<String>,
    /// True where the form stands in a column that can't be told from others: it may be stated,
    /// and is not known.
    #[serde(skip)]
    pub form_untold: bool,
    /// What the source adds on the product (`NdFeB magnets`), where it does.
    pub note: Option<String>,
    /// Annual capacity, in `unit`.
    pub capacity: Option<f64>,
    /// The unit of `capacity`, as stated.
    pub unit: Option<String>,
    /// Ids of the facilities that share this capacity.
    pub shared_with: Vec<String>,
}

impl fmt::Display for Product {
    /// In words: `Rare Earths, Oxide, 4 kmt a year (shared with china-gis:CHN002)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.commodity)?;
        if let Some(form) = &self.form {
            write!(f, ", {form}")?;
        }
        if let Some(capacity) = self.capacity {
            let unit = self.unit.as_deref().unwrap_or("(unit not stated)");
            write!(f, ", {capacity} {unit} a year")?;
        }
        if !self.shared_with.is_empty() {
            write!(f, " (shared with {})", self.shared_with.join(", "))?;
        }
        match &self.note {
            Some(note) => write!(f, " [{note}]"),
            None => Ok(()),
        }
    }
}

/// How a piece of evidence stands to the class that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stand {
    /// The class rests on it.
    #[default]
    Decides,
    /// It says the same.
    Agrees,
    /// It says another class.
    Differs,
    /// It bears on the matter and decides nothing.
    Silent,
}

/// A piece of evidence: what a source says, and the rule that reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Evidence {
    /// The rule's id in `data/rules/`.
    pub rule: String,
    /// The column that it rests on; empty where it rests on no single one.
    pub column: String,
    /// The cell, or the parsed fact where the cell is not at hand.
    pub cell: String,
    /// What it says, in words.
    pub says: String,
    /// How it stands to the class.
    pub stand: Stand,
    /// The literature that the rule rests on; empty where it rests on the cell alone.
    pub source: String,
}

/// A class with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding<T> {
    /// The class.
    pub value: T,
    /// How far it can be relied on; none where the class is `unknown`.
    pub confidence: Option<Confidence>,
    /// The kind of evidence that decided, in a word or two (`stated share`, `minerals`).
    pub basis: String,
    /// The evidence, the deciding piece first.
    pub evidence: Vec<Evidence>,
}

impl<T> Finding<T> {
    /// A class for which there is no evidence.
    pub fn none(value: T) -> Self {
        Finding { value, confidence: None, basis: "none".into(), evidence: Vec::new() }
    }
}

/// How an entry of reemap's own tables is backed. Its sources stand in [`Site::references`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curation {
    /// How far the entry can be relied on.
    pub confidence: Confidence,
    /// The town or district.
    pub place: Option<String>,
    /// What the point marks, or how much of the location is known (`plant`, `district`, `city`).
    pub precision: String,
    /// What the status rests on.
    pub evidence: Option<String>,
    /// When that was so, as an ISO date of any precision.
    pub as_of: Option<String>,
    /// What a reuse of the entry must observe.
    pub licence: String,
}

/// A place where rare earths lie, are mined or are made into something.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Stable id, `global-ree:5029`.
    pub id: String,
    /// The source's own id (`ID_No`, `FeatureUID`), which need not be unique.
    pub source_id: String,
    /// Where the row stands.
    pub record: Record,
    /// The dataset.
    pub dataset: Dataset,
    /// The name.
    pub name: String,
    /// Other names.
    pub other_names: Vec<String>,
    /// Longitude and latitude in degrees, WGS 84; none where the source gives no location.
    pub point: Option<Point<f64>>,
    /// The country as the source states it.
    pub stated_country: Option<String>,
    /// The province or state as the source states it.
    pub stated_province: Option<String>,
    /// The status, folded to one vocabulary.
    pub status: Status,
    /// False where the source doubts or assumes the status, or it isn't known.
    pub status_certain: bool,
    /// The status as the source spells it.
    pub stated_status: Option<String>,
    /// How far the occurrence is explored, as stated (`Deposit`, `Showing(?)`).
    pub stage: Option<Term>,
    /// What the record describes, as stated (`district or area`, `Mines and Quarries`).
    pub kind: Option<Term>,
    /// Deposit types.
    pub deposit_types: Vec<Term>,
    /// The deposit's subtype, as stated.
    pub deposit_subtype: Option<String>,
    /// Commodity codes or names.
    pub commodities: Vec<Term>,
    /// Minerals that the source lists as bearing rare earths.
    pub ree_minerals: Vec<Term>,
    /// Products, of a facility.
    pub products: Vec<Product>,
    /// Notes on the light/heavy split.
    pub notes: Vec<Note>,
    /// Resources and reserves.
    pub resources: Resources,
    /// Short references.
    pub references: Vec<String>,
    /// How an entry of reemap's own tables is backed; none for other datasets.
    pub curation: Option<Curation>,
    /// The segments of the supply chain that it is in.
    pub segments: Segments,
    /// Light, mixed, heavy or unknown.
    pub ree_type: Finding<ReeType>,
    /// The country and province found.
    pub place: Place,
    /// The nearest port of its country that exports metals; none where the data list no such port.
    pub nearest_port: Option<NearestPort>,
    /// Columns of its own table that were asked for by name; only plain points have any.
    pub own: Own,
}

/// Cells of a user's table, kept as they are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Own {
    /// The columns' names, the same for all sites of a table.
    pub names: Arc<[String]>,
    /// A cell for each.
    pub cells: Vec<Cell>,
}

impl Own {
    /// The cell of a column, letter case aside.
    pub fn get(&self, name: &str) -> Option<&Cell> {
        let index = self.names.iter().position(|own| own.eq_ignore_ascii_case(name))?;
        self.cells.get(index)
    }
}

/// The basis of a site's segment where no product or commodity of it is of rare earths.
pub const NO_RARE_EARTHS: &str = "no rare-earth product";

impl Site {
    /// Whether its source states commodities or products, and none of rare earths.
    pub fn is_of_other_commodities(&self) -> bool {
        let states_any = !self.products.is_empty() || !self.commodities.is_empty();
        states_any && self.segments.findings().iter().any(|finding| finding.basis == NO_RARE_EARTHS)
    }

    /// A site with nothing known but its identity.
    pub fn new(dataset: Dataset, source_id: impl Into<String>, name: impl Into<String>) -> Self {
        let source_id = source_id.into();
        Site {
            id: format!("{}:{source_id}", dataset.name()),
            source_id,
            record: Record::default(),
            dataset,
            name: name.into(),
            other_names: Vec::new(),
            point: None,
            stated_country: None,
            stated_province: None,
            status: Status::Unknown,
            status_certain: false,
            stated_status: None,
            stage: None,
            kind: None,
            deposit_types: Vec::new(),
            deposit_subtype: None,
            commodities: Vec::new(),
            ree_minerals: Vec::new(),
            products: Vec::new(),
            notes: Vec::new(),
            resources: Resources::default(),
            references: Vec::new(),
            curation: None,
            segments: Segments::default(),
            ree_type: Finding::none(ReeType::Unknown),
            place: Place::default(),
            nearest_port: None,
            own: Own::default(),
        }
    }
}

/// The nearest port of a site's country that exports metals.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestPort {
    /// The port's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Geodesic distance on WGS 84, in kilometres.
    pub distance_km: f64,
    /// True where it is taken to export metals and no source says so.
    pub assumed: bool,
}

impl fmt::Display for NearestPort {
    /// The name, with `(?)` where the port is only taken to export metals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, if self.assumed { "(?)" } else { "" })
    }
}

/// A port.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// Stable id, `curated:CNTXG`.
    pub id: String,
    /// The dataset.
    pub dataset: Dataset,
    /// The name.
    pub name: String,
    /// Longitude and latitude in degrees, WGS 84.
    pub point: Option<Point<f64>>,
    /// The country as the source states it.
    pub stated_country: Option<String>,
    /// The province as the source states it.
    pub stated_province: Option<String>,
    /// What it exports, as stated.
    pub exports: Vec<String>,
    /// Whether the exports hold metals.
    pub exports_metals: bool,
    /// True where that is taken to be so and no source says it.
    pub exports_assumed: bool,
    /// Whether the exports hold rare earths; none where no source says.
    pub exports_rare_earths: Option<bool>,
    /// What that rests on.
    pub evidence: String,
    /// Where the row stands.
    pub record: Record,
    /// The country and province found.
    pub place: Place,
}

/// A reference that sites cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The short form that sites use, `Xie and others (2016)`.
    pub short: String,
    /// The full entry.
    pub full: String,
}
