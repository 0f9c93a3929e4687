//! What the columns of a layer mean.
//!
//! The official columns have names of their own (`FeatureUID`, `LocOpStat`), with variants. The
//! designated attributes (`DsgAttr01` …) mean different things in different releases and layers,
//! so that their number tells nothing. What a column means is settled, in this order, by
//! 1. the user's mapping ([`Mapping`]),
//! 2. the official names,
//! 3. the alias that the file gives it, else the one that FGDC metadata give it ([`alias`]),
//! 4. its values ([`values`]).
//!
//! The order of the columns has no say.

use std::cmp::Reverse;

use self::evidence::Evidence;
pub use self::mapping::{LayerMapping, Mapping};
pub use self::report::Found;
use super::Kind;
use super::words::Words;
use crate::error::Result;
use crate::source::{Layer, plain};

mod alias;
mod evidence;
mod mapping;
mod report;
mod values;

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The facility's, deposit's or port's id.
    Id,
    /// Its name.
    Name,
    /// Other names of it.
    OtherNames,
    /// The type of facility.
    FacilityType,
    /// Whether it is at work.
    Status,
    /// The country.
    Country,
    /// The province or state.
    Province,
    /// Where the row's facts come from.
    Source,
    /// The group of commodities (Metal, Fuel).
    Group,
    /// A commodity; of ports, one that is exported.
    Commodity,
    /// The form of the product.
    Form,
    /// What is said of the product besides.
    ProductNote,
    /// Annual capacity.
    Capacity,
    /// The unit of the capacity.
    Unit,
    /// The facilities that share the capacity.
    SharedWith,
    /// The deposit type.
    DepositType,
    /// Something that is not used here.
    Unused,
}

impl Role {
    /// All roles, in the order of tables and mappings.
    pub const ALL: [Role; 17] = [
        Role::Id,
        Role::Name,
        Role::OtherNames,
        Role::FacilityType,
        Role::Status,
        Role::Country,
        Role::Province,
        Role::Source,
        Role::Group,
        Role::Commodity,
        Role::Form,
        Role::ProductNote,
        Role::Capacity,
        Role::Unit,
        Role::SharedWith,
        Role::DepositType,
        Role::Unused,
    ];

    /// The name in mappings and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Role::Id => "id",
            Role::Name => "name",
            Role::OtherNames => "other-names",
            Role::FacilityType => "facility-type",
            Role::Status => "status",
            Role::Country => "country",
            Role::Province => "province",
            Role::Source => "source",
            Role::Group => "commodity-group",
            Role::Commodity => "commodity",
            Role::Form => "form",
            Role::ProductNote => "product-note",
            Role::Capacity => "capacity",
            Role::Unit => "unit",
            Role::SharedWith => "shared-with",
            Role::DepositType => "deposit-type",
            Role::Unused => "unused",
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Role::Id => "id",
            Role::Name => "name",
            Role::OtherNames => "other names",
            Role::FacilityType => "facility type",
            Role::Status => "status",
            Role::Country => "country",
            Role::Province => "province",
            Role::Source => "source of facts",
            Role::Group => "commodity group",
            Role::Commodity => "commodity",
            Role::Form => "form of product",
            Role::ProductNote => "note on product",
            Role::Capacity => "annual capacity",
            Role::Unit => "unit of capacity",
            Role::SharedWith => "shared capacity",
            Role::DepositType => "deposit type",
            Role::Unused => "not used",
        }
    }

    /// The role of that key, letter case aside.
    pub fn from_key(key: &str) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.key().eq_ignore_ascii_case(key))
    }

    /// The official spellings of the column, where it has a name of its own.
    fn official(self) -> &'static [&'static str] {
        match self {
            Role::Id => &["FeatureUID"],
            Role::Name => &["FeatureNam", "FeatureName"],
            Role::OtherNames => &["NameVar"],
            Role::FacilityType => &["FeatureTyp", "FeatureType", "FacilityType"],
            Role::Status => &["LocOpStat", "OpStatus", "Status"],
            Role::Country => &["Country"],
            Role::Province => &["ADM1", "AMD1", "ADMIN1", "Admin_1"],
            Role::Source => &["InfSource1"],
            _ => &[],
        }
    }

    /// The column that has an official spelling of the role, separators and letter case aside.
    pub fn official_column(self, layer: &Layer) -> Option<usize> {
        self.official().iter().find_map(|name| {
            layer.columns.iter().position(|column| plain(&column.name) == plain(name))
        })
    }

    /// Whether several columns can have it.
    fn is_repeated(self) -> bool {
        matches!(self, Role::Commodity | Role::Unused)
    }
}

impl Kind {
    /// The roles that the layer's rows are read by.
    fn roles(self) -> &'static [Role] {
        use Role::*;
        match self {
            Kind::Facility => &[
                Id,
                Name,
                OtherNames,
                FacilityType,
                Status,
                Country,
                Province,
                Source,
                Group,
                Commodity,
                Form,
                ProductNote,
                Capacity,
                Unit,
                SharedWith,
            ],
            Kind::Port => &[Id, Name, Country, Province, Source, Commodity, Form, Capacity, Unit],
            Kind::Exploration | Kind::Deposit => {
                &[Id, Name, OtherNames, Status, Country, Province, Source, Commodity, DepositType]
            }
        }
    }
}

/// What settled the meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The user's mapping.
    Mapping,
    /// The column's own name.
    Name,
    /// The alias that the file gives it.
    Alias,
    /// The alias that FGDC metadata give it.
    Metadata,
    /// Its values.
    Values,
}

impl Basis {
    /// The name in tables and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Mapping => "mapping",
            Basis::Name => "name",
            Basis::Alias => "alias",
            Basis::Metadata => "metadata",
            Basis::Values => "values",
        }
    }
}

/// A column whose meaning was looked for.
#[derive(Debug)]
struct Candidate {
    index: usize,
    name: String,
    alias: Option<String>,
    documented: Option<String>,
    /// What it means, and what settled that.
    settled: Option<(Role, Basis)>,
    /// Its place among the columns of its role, where the mapping or its alias says.
    place: Option<u32>,
    /// What its name or alias says against the values.
    overruled: Option<(Role, Basis)>,
    seen: Evidence,
}

impl Candidate {
    fn role(&self) -> Option<Role> {
        self.settled.map(|(role, _)| role)
    }

    fn give(&mut self, role: Role, basis: Basis) {
        self.settled = Some((role, basis));
    }

    /// What its values say against what it was taken for, or against what its alias says.
    fn contradiction(&self) -> Option<String> {
        if let Some((role, basis)) = self.overruled {
            return Some(format!(
                "{}: its {} says that it is the {}, but its values are not, and they count",
                self.name,
                basis.name(),
                role.name()
            ));
        }
        let (role, basis) = self.settled?;
        let share = self.seen.speaks_for(role)?;
        let speaks_against = share < DOUBTFUL && self.seen.looked_at > 0;
        speaks_against.then(|| {
            format!(
                "{}: taken for the {} by {}, though {} of its values are words that are known for it",
                self.name,
                role.name(),
                basis.name(),
                report::percent(share)
            )
        })
    }
}

/// A share of values that makes what a column was taken for doubtful.
const DOUBTFUL: f64 = 0.2;

/// What the columns of a layer mean.
#[derive(Debug)]
pub struct Roles {
    kind: Kind,
    layer: String,
    rows: usize,
    /// The names of all columns.
    columns: Vec<String>,
    candidates: Vec<Candidate>,
}

impl Roles {
    /// Settles what the columns of a layer mean.
    ///
    /// # Errors
    /// A mapping that names a column which the layer doesn't have; a layer that can't be read.
    pub fn settle(layer: &Layer, kind: Kind, mapping: &Mapping) -> Result<Self> {
        let mut candidates: Vec<Candidate> = layer
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| Candidate {
                index,
                name: column.name.trim().to_owned(),
                alias: column.alias.clone(),
                documented: column.documented.clone(),
                settled: None,
                place: None,
                overruled: None,
                seen: Evidence::default(),
            })
            .collect();
        if let Some(mapping) = mapping.of(layer) {
            mapping.give(layer, &mut candidates)?;
        }
        by_name(layer, &mut candidates);
        candidates.retain(|candidate| {
            candidate.settled.is_some() || is_designated(&candidate.name) || alias::tells(candidate)
        });
        let words = Words::embedded()?;
        let fillings = evidence::gather(layer, words, &mut candidates)?;
        alias::settle(kind, &mut candidates);
        values::settle(kind, &mut candidates, &fillings);
        let columns = layer.columns.iter().map(|column| column.name.trim().to_owned()).collect();
        Ok(Roles { kind, layer: layer.name.clone(), rows: fillings.rows(), columns, candidates })
    }

    /// The columns of a role, by index; of several commodities the main one first.
    pub fn all(&self, role: Role) -> Vec<usize> {
        let mut found: Vec<&Candidate> = self.of(role).collect();
        if role == Role::Commodity {
            // Where no place is told, the first commodity is there in more rows than the second.
            found.sort_by_cached_key(|candidate| {
                let place = candidate.place.unwrap_or(u32::MAX);
                (place, Reverse(candidate.seen.filled), candidate.name.to_lowercase())
            });
        }
        found.into_iter().map(|candidate| candidate.index).collect()
    }

    /// The column of a role, by index.
    pub fn one(&self, role: Role) -> Option<usize> {
        self.all(role).first().copied()
    }

    fn of(&self, role: Role) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(move |candidate| candidate.role() == Some(role))
    }

    /// Whether a role is settled.
    pub fn has(&self, role: Role) -> bool {
        self.of(role).next().is_some()
    }

    /// The name of a role's column, for errors; that of the role where it has none.
    pub fn column(&self, role: Role) -> String {
        self.of(role).next().map_or(role.name(), |candidate| &candidate.name).to_owned()
    }

    /// The roles that a column of the layer could have and none can be told to have.
    pub fn open(&self) -> Vec<Role> {
        if self.rows == 0 {
            return Vec::new();
        }
        let free = || self.candidates.iter().filter(|candidate| candidate.settled.is_none());
        let could = |role: &Role| match role {
            Role::Id | Role::Commodity => true,
            Role::Form => free().any(|candidate| candidate.seen.is_text()),
            Role::ProductNote => self.has(Role::Form) && free().any(|c| c.seen.is_prose()),
            Role::Capacity => free().any(|candidate| candidate.seen.is_number()),
            Role::Unit => self.has(Role::Capacity) && free().any(|c| c.seen.is_text()),
            _ => false,
        };
        self.kind.roles().iter().copied().filter(|r| !self.has(*r) && could(r)).collect()
    }

    /// The open roles that some questions can't do without: the id and the commodity, without
    /// which nothing can be said of a layer's rows, and the form, without which facilities have
    /// no segment.
    pub fn needed(&self) -> impl Iterator<Item = Role> + use<> {
        let form = self.kind == Kind::Facility;
        let needed = move |role: &Role| match role {
            Role::Id | Role::Commodity => true,
            Role::Form => form,
            _ => false,
        };
        self.open().into_iter().filter(needed)
    }

    /// What a reader of the results should know of how the roles were settled: what stays open
    /// and no question stops for, and where values speak against what they were taken for.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.kind == Kind::Facility && !self.has(Role::Form) && self.has(Role::Commodity) {
            let so = match self.open().contains(&Role::Form) {
                true => "its facilities have no segment until --roles settles it",
                false => "segments rest on the type of facility alone",
            };
            notes.push(format!("no column can be told to hold the form of product; {so}"));
        }
        let open = self.open();
        let lesser = [Role::ProductNote, Role::Capacity, Role::Unit];
        let lesser: Vec<&str> =
            lesser.into_iter().filter(|role| open.contains(role)).map(Role::name).collect();
        if !lesser.is_empty() {
            notes.push(format!(
                "no column can be told to hold the {}; reemap describe shows what was seen, and \
                 --roles settles it",
                lesser.join(" or the ")
            ));
        }
        notes.extend(self.candidates.iter().filter_map(Candidate::contradiction));
        notes
    }

    /// What to tell a user whose question needs a role that is open: what was seen of each
    /// column, and as a hint a mapping to fill in.
    pub fn explain(&self, role: Role) -> (String, String) {
        let reason = format!(
            "no column can be told to hold the {}; tried a mapping (--roles), names, aliases, \
             FGDC metadata, and values:\n{}",
            role.name(),
            self.seen()
        );
        let hint = format!(
            "save this as roles.toml, fill in what is open, and add --roles roles.toml\n{}",
            self.mapping().trim_end()
        );
        (reason, hint)
    }
}

/// Whether a column is one of the designated attributes.
fn is_designated(name: &str) -> bool {
    name.to_lowercase().starts_with("dsgattr")
}

/// Gives the roles that the official names say, save those that a mapping gave already.
fn by_name(layer: &Layer, candidates: &mut [Candidate]) {
    for role in Role::ALL {
        if candidates.iter().any(|candidate| candidate.role() == Some(role)) {
            continue;
        }
        let index = role.official_column(layer);
        let named = candidates.iter_mut().find(|c| Some(c.index) == index);
        if let Some(candidate) = named.filter(|candidate| candidate.settled.is_none()) {
            candidate.give(role, Basis::Name);
        }
    }
}
