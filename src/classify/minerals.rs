//! What the minerals of a site say of its rare earths.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::claim::{Basis, Claim};
use super::elements::Elements;
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
    classes: BTreeMap<String, MineralClass>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    qualifiers: Vec<String>,
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
            if !file.sources.contains_key(&entry.source) {
                return Err(broken(format!("{}: no source `{}`", entry.name, entry.source)));
            }
            for name in std::iter::once(&entry.name).chain(&entry.synonyms) {
                let before = classes.insert(fold(name), entry.class);
                if before.is_some_and(|before| before != entry.class) {
                    return Err(broken(format!("{name} stands in two classes")));
                }
            }
        }
        let qualifiers = file.qualifiers.iter().map(|word| fold(word)).collect();
        Ok(Minerals { qualifiers, classes })
    }

    /// What a name from a list of minerals says; none where it is not known.
    pub(super) fn class(&self, name: &str, elements: &Elements) -> Option<MineralClass> {
        let side = |element: Element| match elements.side(element) {
            Some(Side::Light) => MineralClass::Light,
            Some(Side::Heavy) => MineralClass::Heavy,
            None => MineralClass::None,
        };
        if let Some(class) = self.classes.get(&fold(name)) {
            return Some(*class);
        }
        let (root, suffix) = split_suffix(name);
        if let Some(element) = suffix {
            return Some(side(element));
        }
        if let Some(class) = self.classes.get(&fold(root)) {
            return Some(*class);
        }
        if let Some((element, _)) = root
            .split_once('-')
            .and_then(|(first, rest)| Some((Element::from_symbol(first)?, rest)))
            && !root.contains("-bearing")
            && !root.contains("-rich")
        {
            return Some(side(element));
        }
        let folded = fold(root);
        let words: Vec<&str> =
            folded.split(' ').filter(|word| !self.qualifiers.contains(*word)).collect();
        // `Sr REE bearing barite`: all up to the last `bearing` or `rich` qualifies the rest.
        let last = words.iter().rposition(|word| matches!(*word, "bearing" | "rich"));
        let plain = words.get(last.map_or(0, |at| at + 1)..).unwrap_or(&[]);
        if let Some(class) = self.classes.get(&plain.join(" ")) {
            return Some(*class);
        }
        // `Nb-aeschynite`: another element before the name.
        plain.get(1..).and_then(|rest| self.classes.get(&rest.join(" "))).copied()
    }

    /// What a list of minerals says taken together.
    pub(super) fn weigh(&self, list: &[Term], elements: &Elements) -> MineralEvidence {
        let classes: Vec<(&Term, Option<MineralClass>)> =
            list.iter().map(|term| (term, self.class(&term.name, elements))).collect();
        let of_class = |class: MineralClass| -> Vec<&Term> {
            let of_class = classes.iter().filter(|(_, found)| *found == Some(class));
            of_class.map(|(term, _)| *term).collect()
        };
        let (light, heavy) = (of_class(MineralClass::Light), of_class(MineralClass::Heavy));
        let either = of_class(MineralClass::Either);
        let mut evidence = Vec::new();
        for (rule, terms, says) in [
            ("minerals.light", &light, "of light rare earths"),
            ("minerals.heavy", &heavy, "of heavy rare earths"),
            ("minerals.either", &either, "of either kind: say nothing of the split"),
        ] {
            if !terms.is_empty() {
                let names: Vec<String> = terms.iter().map(|term| term.to_string()).collect();
                evidence.push(Evidence {
                    rule: rule.into(),
                    column: "REE_Mins".into(),
                    cell: names.join(", "),
                    says: format!("{} {says}", counted(terms.len())),
                });
            }
        }
        let count = |terms: &[&Term]| {
            terms.iter().map(|term| fold(&term.name)).collect::<BTreeSet<_>>().len() as f64
        };
        let certain = |terms: &[&Term]| terms.iter().any(|term| term.certain);
        let (lights, heavies) = (count(&light), count(&heavy));
        let (class, confidence, settled) = if lights == 0.0 && heavies == 0.0 {
            return MineralEvidence { claim: None, settled: true, silent: evidence };
        } else if heavies == 0.0 {
            (ReeType::Light, elements.worth.minerals, certain(&light))
        } else if lights == 0.0 {
            (ReeType::Heavy, elements.worth.minerals, certain(&heavy))
        } else if lights >= elements.minerals_prevail_by * heavies {
            (ReeType::Light, elements.worth.mixed_minerals, true)
        } else if heavies >= elements.minerals_prevail_by * lights {
            (ReeType::Heavy, elements.worth.mixed_minerals, true)
        } else {
            let worth = elements.worth.mixed_minerals;
            let claim = Claim::new(ReeType::Mixed, worth, Basis::Minerals, evidence).divided();
            return MineralEvidence { claim: Some(claim), settled: false, silent: Vec::new() };
        };
        let confidence = if settled { confidence } else { Confidence::Low };
        if class == ReeType::Heavy {
            // The deciding side first.
            evidence.sort_by_key(|piece| piece.rule != "minerals.heavy");
        }
        let same_order = lights.max(heavies) < elements.minerals_outnumber_by * lights.min(heavies);
        let claim = Claim::new(class, confidence, Basis::Minerals, evidence);
        let claim = if same_order { claim.divided() } else { claim };
        MineralEvidence { claim: Some(claim), settled: true, silent: Vec::new() }
    }
}

/// What a list of minerals says.
pub(super) struct MineralEvidence {
    /// The class, where light or heavy minerals are among them.
    pub(super) claim: Option<Claim>,
    /// False where light and heavy stand together and neither prevails.
    pub(super) settled: bool,
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
