//! The classes of a figure's sites, which the colours and shapes of symbols tell apart.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::language::Words;
use super::spec::Attribute;
use super::style::{self, Colour, Fill, Role};
use super::symbols::Shape;
use crate::dataset;
use crate::place::Gazetteer;
use crate::select;
use crate::site::{Activity, Dataset, ReeType, Segment, Site, Status, Unit};

/// A site's value of an attribute. Values of a vocabulary are in its order, others in that of
/// their names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A country or province.
    Place(Unit),
    /// One or more terms, with their place in the vocabulary.
    Terms(usize, Vec<String>),
}

impl Value {
    fn term(order: usize, name: &str) -> Option<Self> {
        Some(Value::Terms(order, vec![name.to_string()]))
    }

    /// What it is called in a language.
    pub fn label(&self, words: &Words) -> String {
        match self {
            Value::Place(unit) => words.place(unit),
            Value::Terms(_, names) => {
                let names: Vec<_> = names.iter().map(|name| words.term(name).into()).collect();
                words.listed(&names)
            }
        }
    }
}

impl Attribute {
    /// All attributes.
    pub const ALL: [Attribute; 8] = [
        Attribute::ReeType,
        Attribute::Status,
        Attribute::Activity,
        Attribute::Segment,
        Attribute::DepositType,
        Attribute::Country,
        Attribute::Province,
        Attribute::Dataset,
    ];

    /// The name used in figures and flags.
    pub fn name(self) -> &'static str {
        match self {
            Attribute::ReeType => "ree-type",
            Attribute::Status => "status",
            Attribute::Activity => "activity",
            Attribute::Segment => "segment",
            Attribute::DepositType => "deposit-type",
            Attribute::Country => "country",
            Attribute::Province => "province",
            Attribute::Dataset => "dataset",
        }
    }

    /// What it is called within a sentence.
    pub fn words(self, words: &Words) -> &str {
        let names = &words.attributes;
        match self {
            Attribute::ReeType => &names.ree_type,
            Attribute::Status => &names.status,
            Attribute::Activity => &names.activity,
            Attribute::Segment => &names.segment,
            Attribute::DepositType => &names.deposit_type,
            Attribute::Country => &names.country,
            Attribute::Province => &names.province,
            Attribute::Dataset => &names.dataset,
        }
    }

    /// A site's value; none where it is not known. A site of several segments has them all as one.
    pub fn of(self, site: &Site, gazetteer: &Gazetteer) -> Option<Value> {
        match self {
            Attribute::ReeType => {
                let value = site.ree_type.value;
                (value != ReeType::Unknown).then(|| Value::term(value as usize, value.name()))?
            }
            Attribute::Status => {
                let value = site.status;
                (value != Status::Unknown).then(|| Value::term(value as usize, value.label()))?
            }
            Attribute::Activity => match site.status.activity() {
                Activity::Active => Value::term(0, "active"),
                Activity::Past => Value::term(1, "past"),
                Activity::None => Value::term(2, "no production"),
                Activity::Unknown => None,
            },
            Attribute::Segment => {
                let names: Vec<_> = site.segments.iter().map(|one| one.name().into()).collect();
                let first = site.segments.iter().next().filter(|one| *one != Segment::Unknown)?;
                Some(Value::Terms(first as usize * Segment::ALL.len() + names.len(), names))
            }
            Attribute::DepositType => {
                site.deposit_types.first().and_then(|term| Value::term(0, &term.name))
            }
            Attribute::Country => select::country_of(site, gazetteer).map(Value::Place),
            Attribute::Province => select::province_of(site, gazetteer).map(Value::Place),
            Attribute::Dataset => {
                // The tables of one source are cited alike.
                let name = |one: Dataset| dataset::about(one).map_or(one.name(), |one| &one.short);
                let order = Dataset::ALL.iter().position(|one| name(*one) == name(site.dataset))?;
                Value::term(order, name(site.dataset))
            }
        }
    }
}

/// The value of each of a site's segments.
pub fn segments(site: &Site) -> Vec<Option<Value>> {
    let value = |segment: Segment| match segment {
        Segment::Unknown => None,
        known => Value::term(known as usize, known.name()),
    };
    site.segments.iter().map(value).collect()
}

/// A class of sites.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its name in ids.
    pub id: String,
    /// What the key calls it.
    pub label: String,
    /// Its colour.
    pub colour: Colour,
    /// Its shape, which no other class of the figure has.
    pub shape: Shape,
    /// Its place among the classes as they are drawn: rare ones last, above all others.
    pub rank: usize,
}

/// The classes of a figure's sites, in the order of the key.
pub struct Classes<'a> {
    /// What tells them apart.
    pub by: Attribute,
    /// The same as the key's heading.
    pub heading: String,
    all: Vec<Class>,
    /// The class of each value that has one of its own.
    own: BTreeMap<Value, usize>,
    /// The classes of all other values and of sites without one.
    others: usize,
    unknown: usize,
    gazetteer: &'a Gazetteer,
}

/// The shapes of classes, in the order of the colours of themes; the last is for what is not known.
const SHAPES: [Shape; 8] = [
    Shape::Circle,
    Shape::Triangle,
    Shape::Diamond,
    Shape::Plus,
    Shape::Star,
    Shape::Bar,
    Shape::Saltire,
    Shape::Square,
];

impl<'a> Classes<'a> {
    /// The classes of some sites. Types of rare earths are four; of other attributes the most
    /// frequent values have a class each, at most seven, and the rest one together.
    pub fn of(by: Attribute, sites: &[&Site], gazetteer: &'a Gazetteer, words: &Words) -> Self {
        if by == Attribute::ReeType {
            return Classes::of_types(gazetteer, words);
        }
        let mut counts: BTreeMap<Value, usize> = BTreeMap::new();
        let mut unknown = 0;
        for site in sites {
            match by.of(site, gazetteer) {
                Some(value) => *counts.entry(value).or_default() += 1,
                None => unknown += 1,
            }
        }
        let mut values: Vec<_> = counts.into_iter().collect();
        values.sort_by_key(|(_, count)| Reverse(*count));
        // The last look is for what is not known, or else for the rest.
        let looks = SHAPES.len() - 1;
        let own = match (values.len() <= looks, unknown > 0) {
            (true, _) => values.len(),
            (false, true) => looks - 1,
            (false, false) => looks,
        };
        let rest: usize = values.split_off(own).iter().map(|(_, count)| count).sum();
        // Vocabularies in their order, names by frequency.
        values.sort_by_key(|(value, count)| match value {
            Value::Terms(order, _) => (*order, Reverse(*count)),
            Value::Place(_) => (0, Reverse(*count)),
        });
        let mut classes: Vec<(String, usize)> = values
            .iter()
            .map(|(value, count)| {
                let label = value.label(words);
                // Words of sources and places are names, those of the program are not.
                let own = by == Attribute::Status;
                (if own { label.to_lowercase() } else { label }, *count)
            })
            .collect();
        if rest > 0 {
            classes.push((words.attributes.others.clone(), rest));
        }
        if unknown > 0 {
            classes.push((words.chart.unknown.clone(), unknown));
        }
        let mut by_count: Vec<usize> = (0..classes.len()).collect();
        by_count.sort_by_key(|&index| (index < own, Reverse(classes.get(index).map(|c| c.1))));
        let last = classes.len() - 1.min(classes.len());
        let leftover = |index: usize| index == last && (unknown > 0 || rest > 0);
        let all = classes.into_iter().enumerate().map(|(index, (label, _))| {
            let look = if leftover(index) { SHAPES.len() - 1 } else { index };
            Class {
                id: format!("{}-{}", by.name(), index + 1),
                label,
                colour: Colour::Role(Role::Category(look as u8)),
                shape: SHAPES[look],
                rank: by_count.iter().position(|one| *one == index).unwrap_or(index),
            }
        });
        Classes {
            by,
            heading: capital(by.words(words)),
            all: all.collect(),
            own: values.into_iter().enumerate().map(|(index, (value, _))| (value, index)).collect(),
            others: own,
            unknown: own + usize::from(rest > 0),
            gazetteer,
        }
    }

    fn of_types(gazetteer: &'a Gazetteer, words: &Words) -> Self {
        let types = &words.types;
        let class = |ree_type: ReeType| {
            let (label, shape, rank) = match ree_type {
                ReeType::Light => (&types.light, Shape::Circle, 1),
                ReeType::Mixed => (&types.mixed, Shape::Diamond, 2),
                ReeType::Heavy => (&types.heavy, Shape::Triangle, 3),
                ReeType::Unknown => (&types.unknown, Shape::Square, 0),
            };
            Class {
                id: ree_type.name().into(),
                label: label.clone(),
                colour: style::ree_type_colour(ree_type),
                shape,
                rank,
            }
        };
        let own = ReeType::ALL.iter().enumerate().filter_map(|(index, one)| {
            let known = *one != ReeType::Unknown;
            known.then(|| Value::term(*one as usize, one.name()).map(|value| (value, index)))?
        });
        Classes {
            by: Attribute::ReeType,
            heading: types.heading.clone(),
            all: ReeType::ALL.iter().map(|one| class(*one)).collect(),
            own: own.collect(),
            others: ReeType::ALL.len() - 1,
            unknown: ReeType::ALL.len() - 1,
            gazetteer,
        }
    }

    /// All classes, in the order of the key.
    pub fn all(&self) -> &[Class] {
        &self.all
    }

    /// The number of a site's class among them.
    pub fn number(&self, site: &Site) -> usize {
        let number = match self.by.of(site, self.gazetteer) {
            Some(value) => self.own.get(&value).copied().unwrap_or(self.others),
            None => self.unknown,
        };
        number.min(self.all.len().saturating_sub(1))
    }

    /// A site's class; none where the classes are of no site.
    pub fn class(&self, site: &Site) -> Option<&Class> {
        self.all.get(self.number(site))
    }

    /// How pieces of bars are filled, in the order of the key. The grey of what is not known is
    /// near some colours where a print has no colours: stripes tell it from them.
    pub fn fills(&self) -> Vec<Fill> {
        let leftover = |class: &Class| SHAPES.last() == Some(&class.shape);
        let fill = |class: &Class| Fill { colour: class.colour, striped: leftover(class) };
        self.all.iter().map(fill).collect()
    }
}

/// Words with their first letter a capital.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
