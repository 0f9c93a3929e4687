//! What the minerals of a site say of its rare earths.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::claim::{Basis, Claim};
use super::elements::Elements;
use super::setting::Setting;
use super::text::fold;
use crate::error::{Error, Result};
use crate::site::fact::{Element, Side};
use crate::site::{Confidence, Evidence, ReeType, Term};

/// What a mineral says of the light/heavy split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MineralClass {
    /// Bears light rare earths.
    Light,
    /// Bears heavy rare earths.
    Heavy,
    /// Bears rare earths, light or heavy as its place has them.
    Either,
    /// Bears no rare earths to speak of, or scandium only.
    None,
}

/// The list of minerals.
#[derive(Debug, Clone)]
pub(super) struct Minerals {
    qualifiers: BTreeSet<String>,
    small: BTreeSet<String>,
    classes: BTreeMap<String, Known>,
}

/// What is known of a mineral's name.
#[derive(Debug, Clone)]
struct Known {
    class: MineralClass,
    /// Where from.
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    qualifiers: Vec<String>,
    small: Vec<String>,
    sources: BTreeMap<String, String>,
    mineral: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    class: MineralClass,
    #[serde(default, rename = "dominant")]
    _dominant: Option<String>,
    #[serde(default)]
    synonyms: Vec<String>,
    source: String,
}

impl Minerals {
    pub(super) fn read(text: &str) -> Result<Self> {
        let broken = |reason: String| Error::embedded("data/rules/minerals.toml", reason);
        let file: File = toml::from_str(text).map_err(|cause| broken(cause.to_string()))?;
        let mut classes = BTreeMap::new();
        for entry in file.mineral {
            let Some(source) = file.sources.get(&entry.source) else {
                return Err(broken(format!("{}: no source `{}`", entry.name, entry.source)));
            };
            for name in std::iter::once(&entry.name).chain(&entry.synonyms) {
                let known = Known { class: entry.class, source: source.clone() };
                let before = classes.insert(fold(name), known);
                if before.is_some_and(|before| before.class != entry.class) {
                    return Err(broken(format!("{name} stands in two classes")));
                }
            }
        }
        let folded = |words: &[String]| words.iter().map(|word| fold(word)).collect();
        let (qualifiers, small) = (folded(&file.qualifiers), folded(&file.small));
        Ok(Minerals { qualifiers, small, classes })
    }

    /// What a name from a list of minerals says; none where it is not known.
    pub(super) fn class(&self, name: &str, elements: &Elements) -> Option<MineralClass> {
        self.look_up(name, elements).map(|(class, _)| class)
    }

    /// What a name says, and the literature for it; none where a suffix or an element before
    /// the name says it.
    fn look_up(&self, name: &str, elements: &Elements) -> Option<(MineralClass, Option<&str>)> {
        let found = |folded: &str| {
            self.classes.get(folded).map(|known| (known.class, Some(known.source.as_str())))
        };
        let side = |element: Element| match elements.side(element) {
            Some(Side::Light) => MineralClass::Light,
            Some(Side::Heavy) => MineralClass::Heavy,
            None => MineralClass::None,
        };
        if let Some(found) = found(&fold(name)) {
            return Some(found);
        }
        let (root, suffix) = split_suffix(name);
        if let Some(element) = suffix {
            return Some((side(element), None));
        }
        if let Some(found) = found(&fold(root)) {
            return Some(found);
        }
        if let Some((element, _)) = root
            .split_once('-')
            .and_then(|(first, rest)| Some((Element::from_symbol(first)?, rest)))
            && !root.contains("-bearing")
            && !root.contains("-rich")
        {
            return Some((side(element), None));
        }
        let folded = fold(root);
        let words: Vec<&str> =
            folded.split(' ').filter(|word| !self.qualifiers.contains(*word)).collect();
        // `Sr REE bearing barite`: all up to the last `bearing` or `rich` qualifies the rest.
        let last = words.iter().rposition(|word| matches!(*word, "bearing" | "rich"));
        let plain = words.get(last.map_or(0, |at| at + 1)..).unwrap_or(&[]);
        if let Some(found) = found(&plain.join(" ")) {
            return Some(found);
        }
        // `Nb-aeschynite`: another element before the name.
        plain.get(1..).and_then(|rest| found(&rest.join(" ")))
    }

    /// Whether a name is said to stand for little of the ore (`trace xenotime`).
    fn is_small(&self, name: &str) -> bool {
        // `rare earth carbonates` are not rare.
        fold(name).replace("rare earth", "").split(' ').any(|word| self.small.contains(word))
    }

    /// What a list of minerals says taken together, in deposits that `settings` hold for.
    ///
    /// Lists name the main mineral first. Names of minerals in small amounts (`trace xenotime`)
    /// count only where no others speak.
    pub(super) fn weigh(
        &self,
        list: &[Term],
        settings: &[&Setting],
        elements: &Elements,
    ) -> MineralEvidence {
        let named: Vec<Named> = list.iter().map(|term| self.named(term, elements)).collect();
        let mut evidence = Vec::new();
        for (class, rule, says) in [
            (MineralClass::Light, "minerals.light", "of light rare earths"),
            (MineralClass::Heavy, "minerals.heavy", "of heavy rare earths"),
            (MineralClass::Either, "minerals.either", "of either kind: say nothing of the split"),
        ] {
            evidence.extend(of_class(&named, class, rule, says));
        }
        // The mineral named first, of those that say anything here.
        let main = named.iter().find_map(|named| {
            let setting = settings.iter().find(|setting| setting.speaks_of(&named.term.name));
            match (setting, named.class) {
                (Some(setting), _) => Some((setting.class, Some(*setting), named)),
                (None, Some(MineralClass::Light)) => Some((ReeType::Light, None, named)),
                (None, Some(MineralClass::Heavy)) => Some((ReeType::Heavy, None, named)),
                _ => None,
            }
        });
        let Some((first, setting, main)) = main else {
            return MineralEvidence { claim: None, open: None, silent: evidence };
        };
        if let Some(setting) = setting {
            evidence.insert(0, setting.evidence(main.term.to_string()));
        }
        let all_small = named.iter().filter(|named| named.speaks()).all(|named| named.small);
        let of = |class: MineralClass| {
            named
                .iter()
                .filter(move |named| named.class == Some(class) && (all_small || !named.small))
        };
        let count = |class| of(class).map(|named| fold(&named.term.name)).collect::<BTreeSet<_>>();
        let certain = |class| of(class).any(|named| named.term.certain);
        let lights = count(MineralClass::Light).len() as f64;
        let heavies = count(MineralClass::Heavy).len() as f64;
        let mixed = elements.worth.mixed_minerals;
        let pure = |class: MineralClass| {
            if certain(class) { elements.worth.minerals } else { Confidence::Low }
        };
        let prevails = |more: f64, less: f64| more >= elements.minerals_prevail_by * less;
        let (class, confidence) = match setting {
            // The first alone, or with what says the same.
            Some(_) if lights == 0.0 && heavies == 0.0 => (first, mixed),
            _ if heavies == 0.0 => (ReeType::Light, pure(MineralClass::Light)),
            _ if lights == 0.0 => (ReeType::Heavy, pure(MineralClass::Heavy)),
            _ if prevails(lights, heavies) => (ReeType::Light, mixed),
            _ if prevails(heavies, lights) => (ReeType::Heavy, mixed),
            _ => return open(first, evidence, mixed),
        };
        // Light minerals are about everywhere, so that one named first tells little.
        let telling = setting.is_some() || first == ReeType::Heavy;
        if class != first && telling && !main.small {
            let says = format!("named first, so taken as the main one: {first}, not {class}");
            let piece = Evidence {
                rule: "minerals.first".into(),
                column: "REE_Mins".into(),
                cell: main.term.to_string(),
                says,
                ..Evidence::default()
            };
            evidence.insert(0, piece);
            return open(first, evidence, mixed);
        }
        if class == ReeType::Heavy {
            // The deciding side first.
            evidence.sort_by_key(|piece| piece.rule != "minerals.heavy");
        }
        let same_order = lights.max(heavies) < elements.minerals_outnumber_by * lights.min(heavies);
        let claim = Claim::new(class, confidence, Basis::Minerals, evidence);
        let claim = if same_order { claim.divided() } else { claim };
        MineralEvidence { claim: Some(claim), open: None, silent: Vec::new() }
    }

    fn named<'a>(&'a self, term: &'a Term, elements: &Elements) -> Named<'a> {
        let (class, source) = self.look_up(&term.name, elements).unzip();
        Named { term, class, source: source.flatten(), small: self.is_small(&term.name) }
    }
}

/// A name of a list, and what is known of it.
struct Named<'a> {
    term: &'a Term,
    class: Option<MineralClass>,
    source: Option<&'a str>,
    /// Whether it is said to stand for little of the ore.
    small: bool,
}

impl Named<'_> {
    /// Whether it says light or heavy by itself.
    fn speaks(&self) -> bool {
        matches!(self.class, Some(MineralClass::Light | MineralClass::Heavy))
    }
}

/// One piece of evidence with all names of a class; none of none.
fn of_class(named: &[Named], class: MineralClass, rule: &str, says: &str) -> Option<Evidence> {
    let own: Vec<&Named> = named.iter().filter(|named| named.class == Some(class)).collect();
    let names: Vec<String> = own.iter().map(|named| named.term.to_string()).collect();
    let sources: BTreeSet<&str> = own.iter().filter_map(|named| named.source).collect();
    (!own.is_empty()).then(|| Evidence {
        rule: rule.into(),
        column: "REE_Mins".into(),
        cell: names.join(", "),
        says: format!("{} {says}", counted(own.len())),
        source: sources.into_iter().collect::<Vec<_>>().join("; "),
        ..Evidence::default()
    })
}

/// Both kinds side by side, or the first against the rest: mixed, unless the deposit's type
/// settles it.
fn open(first: ReeType, evidence: Vec<Evidence>, worth: Confidence) -> MineralEvidence {
    let claim = Claim::new(ReeType::Mixed, worth, Basis::Minerals, evidence).divided();
    MineralEvidence { claim: Some(claim), open: Some(first), silent: Vec::new() }
}

/// What a list of minerals says.
pub(super) struct MineralEvidence {
    /// The class, where light or heavy minerals are among them.
    pub(super) claim: Option<Claim>,
    /// Where the minerals leave the class open, what the one named first says.
    pub(super) open: Option<ReeType>,
    /// Evidence that says nothing of the split.
    pub(super) silent: Vec<Evidence>,
}

fn counted(count: usize) -> String {
    if count == 1 { "a mineral".to_owned() } else { format!("{count} minerals") }
}

/// A name without its suffix, and the rare earth that the suffix names: `monazite-(Ce)`, also
/// as `aeschynite (Y)`, `britholite=(Ce)`, `lanthanite-(Ce`.
fn split_suffix(name: &str) -> (&str, Option<Element>) {
    let Some((root, rest)) = name.rsplit_once('(') else { return (name, None) };
    let root = root.trim_end_matches(|sign: char| !sign.is_alphanumeric());
    let symbol = rest.split(')').next().unwrap_or("").trim();
    (root, Element::from_symbol(symbol))
}
