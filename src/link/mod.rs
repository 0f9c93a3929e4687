//! The same real site in several databases.
//!
//! Records are compared where they lie near each other or share a name ([`block`]), and each pair
//! is scored from named pieces of evidence ([`score`]): how alike the names are, how far apart the
//! locations are beyond what their precision explains, whether commodities and deposit types go
//! together, and the province. The score makes a pair linked, a candidate for a person to look at,
//! or refused; each says why. What a person has settled ([`reviewed`]) overrides the score.
//!
//! Every weight and word is in `data/rules/link.toml`; `docs/links.md` tells how right it is.

use std::collections::{BTreeMap, HashSet};

use crate::error::Result;
use crate::place::Gazetteer;
use crate::site::{Dataset, Site};

pub use self::reviewed::Reviewed;
pub use self::rules::Rules;

mod block;
mod names;
mod record;
pub mod reviewed;
mod rules;
mod score;
pub mod write;

/// What became of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Taken for one site.
    Linked,
    /// For a person to look at.
    Candidate,
    /// Looked at and not taken for one site.
    Refused,
}

impl Verdict {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Linked => "linked",
            Verdict::Candidate => "candidate",
            Verdict::Refused => "refused",
        }
    }

    /// The verdict of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Verdict::Linked, Verdict::Candidate, Verdict::Refused];
        all.into_iter().find(|verdict| verdict.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// How the subject stands to the object, in the words of SKOS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Predicate {
    /// One site.
    Exact,
    /// One site, though the records draw its bounds in other ways or place it apart.
    Close,
    /// The object is what the subject is a part of.
    Broad,
    /// The object is a part of the subject.
    Narrow,
    /// Some relation: a plant and the mine of its name.
    Related,
}

impl Predicate {
    /// All predicates.
    pub const ALL: [Predicate; 5] = [
        Predicate::Exact,
        Predicate::Close,
        Predicate::Broad,
        Predicate::Narrow,
        Predicate::Related,
    ];

    /// The compact name, `skos:exactMatch`.
    pub fn name(self) -> &'static str {
        match self {
            Predicate::Exact => "skos:exactMatch",
            Predicate::Close => "skos:closeMatch",
            Predicate::Broad => "skos:broadMatch",
            Predicate::Narrow => "skos:narrowMatch",
            Predicate::Related => "skos:relatedMatch",
        }
    }

    /// The same said of the object.
    pub fn turned(self) -> Self {
        match self {
            Predicate::Broad => Predicate::Narrow,
            Predicate::Narrow => Predicate::Broad,
            other => other,
        }
    }

    /// The predicate of that compact name.
    pub fn from_name(name: &str) -> Option<Self> {
        Predicate::ALL.into_iter().find(|predicate| predicate.name() == name.trim())
    }
}

/// On what a link rests, in the words of SEMAPV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Justification {
    /// Names, places and the rest.
    Composite,
    /// Names, one record or both having no location.
    Lexical,
    /// A person's review.
    Manual,
}

impl Justification {
    /// The compact name, `semapv:CompositeMatching`.
    pub fn name(self) -> &'static str {
        match self {
            Justification::Composite => "semapv:CompositeMatching",
            Justification::Lexical => "semapv:LexicalMatching",
            Justification::Manual => "semapv:ManualMappingCuration",
        }
    }
}

/// A pair of records of two databases, and what became of it.
#[derive(Debug, Clone)]
pub struct Link<'a> {
    /// The one.
    pub subject: &'a Site,
    /// The other.
    pub object: &'a Site,
    /// How they stand to each other.
    pub predicate: Predicate,
    /// What became of the pair.
    pub verdict: Verdict,
    /// The score, 0 to 1.
    pub confidence: f64,
    /// On what it rests.
    pub justification: Justification,
    /// Kilometres between the two locations.
    pub distance_km: Option<f64>,
    /// How alike the names are, 0 to 1.
    pub name_similarity: f64,
    /// How many linked records of the other database each has: `1:1`, `1:n`, `n:1`, `n:n`; none
    /// where the pair is not linked.
    pub cardinality: Option<&'static str>,
    /// The reasons, in words.
    pub reasons: Vec<String>,
    /// Whether the object's name is its own and the subject's is its own.
    own_names: bool,
}

impl Link<'_> {
    /// The reasons in one text.
    pub fn comment(&self) -> String {
        self.reasons.join("; ")
    }
}

/// What is asked of the linker.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The datasets of subjects; all where empty.
    pub from: Vec<Dataset>,
    /// The datasets of objects; all where empty.
    pub to: Vec<Dataset>,
    /// Link no pair that is farther apart, in kilometres.
    pub within_km: Option<f64>,
    /// Link no pair of a lower confidence.
    pub min_confidence: Option<f64>,
    /// Give each record at most one link to another database: the best.
    pub one_to_one: bool,
}

/// Everything found: linked pairs first of each subject, then candidates, then refusals.
///
/// Records of one database are not compared with each other; of the user's own points, those of
/// one file are not. `sites` must have been located and classified.
///
/// # Errors
/// Rules that are broken; a defect of the program.
pub fn link<'a>(
    sites: &[&'a Site],
    request: &Request,
    gazetteer: &Gazetteer,
) -> Result<Vec<Link<'a>>> {
    let rules = Rules::embedded()?;
    let records = record::prepare(sites, gazetteer, rules);
    let roles = Roles::of(&records, request);
    let mut links = Vec::new();
    let index = block::Index::new(&records, &roles.objects, rules);
    for (at, subject) in records.iter().enumerate().filter(|(at, _)| roles.subjects[*at]) {
        for other in index.near(subject) {
            let Some(object) = records.get(other).filter(|o| roles.pairs(at, subject, other, o))
            else {
                continue;
            };
            links.extend(score::pair(subject, object, &index, rules));
        }
    }
    bar(&mut links, request);
    contest(&mut links);
    if request.one_to_one {
        keep_best(&mut links);
    }
    arrange(&mut links);
    Ok(links)
}

/// Which records are subjects and which objects.
struct Roles {
    subjects: Vec<bool>,
    objects: Vec<bool>,
}

impl Roles {
    fn of(records: &[record::Record], request: &Request) -> Self {
        let any = |wanted: &[Dataset], dataset| wanted.is_empty() || wanted.contains(&dataset);
        let is = |wanted: &[Dataset]| {
            records.iter().map(|record| any(wanted, record.site.dataset)).collect()
        };
        Roles { subjects: is(&request.from), objects: is(&request.to) }
    }

    /// Whether the two are of different databases and this is the way around to compare them:
    /// a pair that could go both ways goes in the order of datasets, then of files.
    fn pairs(
        &self,
        at: usize,
        subject: &record::Record,
        other: usize,
        object: &record::Record,
    ) -> bool {
        let is = |roles: &[bool], at: usize| roles.get(at) == Some(&true);
        let (one, two) = (subject.source(), object.source());
        let both_ways = is(&self.subjects, other) && is(&self.objects, at);
        one != two && is(&self.objects, other) && (one < two || !both_ways)
    }
}

/// Makes candidates of links that the request bars.
fn bar(links: &mut [Link], request: &Request) {
    for link in links.iter_mut().filter(|link| link.verdict == Verdict::Linked) {
        if let (Some(within), Some(distance)) = (request.within_km, link.distance_km)
            && distance > within
        {
            link.verdict = Verdict::Candidate;
            link.reasons.push(format!("farther apart than --within {within}"));
        }
        if request.min_confidence.is_some_and(|least| link.confidence < least) {
            link.verdict = Verdict::Candidate;
            link.reasons.push("below --min-confidence".into());
        }
    }
}

/// The database of the other side, as keys of a record's links.
fn opposite<'a>(one: &'a Site, other: &'a Site) -> (&'a str, Dataset, &'a str) {
    let file = if other.dataset == Dataset::Points { other.record.file.as_str() } else { "" };
    (&one.id, other.dataset, file)
}

/// A site that has another one's name among its other names is not that one where both databases
/// list the two apart: where it is linked by its own name, and the other name's bearer too.
/// Such a link becomes a candidate.
fn contest(links: &mut [Link]) {
    // Each record and the other database, where the two are linked by own names.
    let mut owned: HashSet<(String, Dataset, String)> = HashSet::new();
    let key = |one: &Site, other: &Site| {
        let (id, dataset, file) = opposite(one, other);
        (id.to_owned(), dataset, file.to_owned())
    };
    for link in links.iter().filter(|link| link.verdict == Verdict::Linked && link.own_names) {
        owned.insert(key(link.subject, link.object));
        owned.insert(key(link.object, link.subject));
    }
    for link in links.iter_mut().filter(|link| link.verdict == Verdict::Linked && !link.own_names) {
        let both = owned.contains(&key(link.subject, link.object))
            && owned.contains(&key(link.object, link.subject));
        if both {
            link.verdict = Verdict::Candidate;
            link.reasons.push("each is linked to another record by its own name".into());
        }
    }
}

/// Leaves each record its best link to another database.
fn keep_best(links: &mut [Link]) {
    let mut order: Vec<usize> = (0..links.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&links[*a], &links[*b]);
        b.confidence.total_cmp(&a.confidence).then_with(|| ids(a).cmp(&ids(b)))
    });
    let mut taken = HashSet::new();
    for at in order {
        let link = &mut links[at];
        if link.verdict != Verdict::Linked {
            continue;
        }
        let keys = [opposite(link.subject, link.object), opposite(link.object, link.subject)];
        if keys.iter().any(|key| taken.contains(key)) {
            link.verdict = Verdict::Candidate;
            link.reasons.push("a better link stands for the same record (--one-to-one)".into());
        } else {
            taken.extend(keys);
        }
    }
}

fn ids<'a>(link: &'a Link) -> (&'a str, &'a str) {
    (&link.subject.id, &link.object.id)
}

/// Says of each linked pair how many the two have, and puts all in a stable order.
pub(crate) fn arrange(links: &mut [Link]) {
    let mut counts: BTreeMap<(&str, Dataset, &str), usize> = BTreeMap::new();
    for link in links.iter().filter(|link| link.verdict == Verdict::Linked) {
        for key in [opposite(link.subject, link.object), opposite(link.object, link.subject)] {
            *counts.entry(key).or_default() += 1;
        }
    }
    for link in links.iter_mut() {
        let many = |one, other| counts.get(&opposite(one, other)).is_some_and(|count| *count > 1);
        let (objects, subjects) =
            (many(link.subject, link.object), many(link.object, link.subject));
        link.cardinality = (link.verdict == Verdict::Linked).then_some(match (subjects, objects) {
            (false, false) => "1:1",
            (false, true) => "1:n",
            (true, false) => "n:1",
            (true, true) => "n:n",
        });
    }
    links.sort_by(|a, b| {
        let key = |link: &Link| (link.subject.dataset, link.object.dataset);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.subject.id.cmp(&b.subject.id))
            .then_with(|| a.verdict.cmp(&b.verdict))
            .then_with(|| b.confidence.total_cmp(&a.confidence))
            .then_with(|| a.object.id.cmp(&b.object.id))
    });
}
