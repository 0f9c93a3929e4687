//! Which records are compared: those that lie near each other or share a key of their names.
//!
//! Nobody is compared with everybody: places are found in an R-tree, names by their core, their
//! sound, their words and their core less one letter (two cores that are one edit apart share such
//! a key). A key that very many records share leads nowhere.

use std::collections::{BTreeSet, HashMap, HashSet};

use geo::Point;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::names::Name;
use super::record::Record;
use super::rules::Rules;

type Place = GeomWithData<[f64; 3], usize>;

/// The objects, by place and by name.
pub struct Index<'a> {
    records: &'a [Record<'a>],
    places: RTree<Place>,
    names: HashMap<String, Vec<usize>>,
    rules: &'static Rules,
}

/// The mean radius of the Earth in kilometres.
const EARTH_KM: f64 = 6371.0088;

/// The least letters of a core from which letters are left out.
const LEAST_LETTERS: usize = 6;

/// The most letters of such a core: longer ones differ in more than one.
const MOST_LETTERS: usize = 40;

/// The least letters of a word by which records are found.
const LEAST_WORD: usize = 4;

impl<'a> Index<'a> {
    /// Indexes the records that are objects. All names are indexed, for [`Self::is_rare`].
    pub fn new(records: &'a [Record<'a>], objects: &[bool], rules: &'static Rules) -> Self {
        let is_object = |at: &usize| objects.get(*at) == Some(&true);
        let places = records.iter().enumerate().filter(|(at, _)| is_object(at));
        let places = places
            .filter_map(|(at, record)| Some(Place::new(on_sphere(record.site.point?), at)))
            .collect();
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, record) in records.iter().enumerate() {
            let keys: HashSet<String> = record.names.names.iter().flat_map(keys).collect();
            for key in keys {
                names.entry(key).or_default().push(at);
            }
        }
        Index { records, places: RTree::bulk_load(places), names, rules }
    }

    /// The records to compare a subject with, each once, in the order of the data. Those that are
    /// no objects may be among them.
    pub fn near(&self, subject: &Record) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        if let Some(point) = subject.site.point {
            let chord = chord(self.rules.reach.place_km);
            let near = self.places.locate_within_distance(on_sphere(point), chord * chord);
            found.extend(near.map(|place| place.data));
        }
        for name in &subject.names.names {
            for key in keys(name) {
                let shared = self.names.get(&key).map(Vec::as_slice).unwrap_or_default();
                if shared.len() <= self.rules.reach.common {
                    found.extend(shared);
                }
            }
        }
        found
    }

    /// Whether a name is rare enough in the two records' country to be theirs alone: whatever else
    /// is called so or almost so there lies near one of the two or shares no commodity with them.
    pub fn is_rare(&self, name: &Name, subject: &Record, object: &Record) -> bool {
        if name.core.chars().count() < self.rules.reach.rare_letters {
            return false;
        }
        let beside = |other: &Record, one: &Record| {
            other.site.id == one.site.id
                || match (one.site.point, other.site.point) {
                    (Some(one), Some(other)) => kilometres(one, other) <= self.rules.reach.again_km,
                    _ => true,
                }
        };
        let keys: HashSet<String> = keys(name).filter(|key| !key.starts_with(WORD)).collect();
        let others: HashSet<usize> =
            keys.iter().filter_map(|key| self.names.get(key)).flatten().copied().collect();
        if others.len() > self.rules.reach.common {
            return false;
        }
        !others.into_iter().filter_map(|at| self.records.get(at)).any(|other| {
            other.countries.iter().any(|country| subject.countries.contains(country))
                && other.commodities.iter().any(|group| subject.commodities.contains(group))
                && !beside(other, subject)
                && !beside(other, object)
        })
    }
}

const WORD: &str = "w:";

/// The keys of a name.
fn keys(name: &Name) -> impl Iterator<Item = String> {
    let letters: Vec<char> = name.core.chars().collect();
    let less: Vec<String> = if !(LEAST_LETTERS..=MOST_LETTERS).contains(&letters.len()) {
        Vec::new()
    } else {
        let without = |out: usize| -> String {
            letters.iter().enumerate().filter(|(at, _)| *at != out).map(|(_, c)| *c).collect()
        };
        (0..letters.len()).map(|out| format!("l:{}", without(out))).collect()
    };
    let words: Vec<String> = name
        .words
        .iter()
        .filter(|word| word.chars().count() >= LEAST_WORD)
        .map(|word| format!("{WORD}{word}"))
        .collect();
    [format!("l:{}", name.core), format!("s:{}", name.sound)].into_iter().chain(less).chain(words)
}

/// A point on the unit sphere, where neither poles nor the antimeridian are special.
fn on_sphere(point: Point<f64>) -> [f64; 3] {
    let (longitude, latitude) = (point.x().to_radians(), point.y().to_radians());
    let around = latitude.cos();
    [around * longitude.cos(), around * longitude.sin(), latitude.sin()]
}

/// The chord of the unit sphere under an arc of so many kilometres on Earth.
fn chord(km: f64) -> f64 {
    2.0 * (km / EARTH_KM / 2.0).sin()
}

/// Great-circle kilometres, for a quick look.
fn kilometres(one: Point<f64>, other: Point<f64>) -> f64 {
    let (a, b) = (on_sphere(one), on_sphere(other));
    let square: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    2.0 * EARTH_KM * (square.sqrt() / 2.0).clamp(0.0, 1.0).asin()
}
