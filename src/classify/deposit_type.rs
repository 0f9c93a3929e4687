//! What a deposit's type and subtype say of its rare earths.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::claim::{Basis, Claim, lowered};
use super::text::{fold, has_phrase};
use crate::error::{Error, Result};
use crate::site::{Confidence, Evidence, ReeType, Site};

/// The rules on deposit types.
#[derive(Debug, Clone)]
pub(super) struct DepositTypes {
    doubts: Vec<String>,
    types: Vec<Rule>,
    phrases: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    words: Vec<String>,
    /// None where the type decides nothing.
    says: Option<(ReeType, Confidence)>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    doubts: Vec<String>,
    sources: BTreeMap<String, String>,
    #[serde(rename = "type")]
    types: Vec<Entry>,
    #[serde(rename = "phrase")]
    phrases: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Option<String>,
    #[serde(default)]
    words: Vec<String>,
    class: Class,
    confidence: Option<Confidence>,
    why: String,
    source: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Class {
    Light,
    Heavy,
    None,
}

impl DepositTypes {
    pub(super) fn read(text: &str) -> Result<Self> {
        let broken = |reason: String| Error::embedded("data/rules/deposit_types.toml", reason);
        let file: File = toml::from_str(text).map_err(|cause| broken(cause.to_string()))?;
        let rule = |entry: Entry| -> Result<Rule> {
            if !file.sources.contains_key(&entry.source) {
                return Err(broken(format!("no source `{}`", entry.source)));
            }
            let says = match (entry.class, entry.confidence) {
                (Class::Light, Some(confidence)) => Some((ReeType::Light, confidence)),
                (Class::Heavy, Some(confidence)) => Some((ReeType::Heavy, confidence)),
                (Class::None, None) => None,
                _ => return Err(broken(format!("class and confidence clash: {}", entry.why))),
            };
            let words = entry.name.iter().chain(&entry.words).map(|name| fold(name)).collect();
            Ok(Rule { words, says, why: entry.why })
        };
        Ok(DepositTypes {
            doubts: file.doubts.iter().map(|words| fold(words)).collect(),
            types: file.types.into_iter().map(rule).collect::<Result<_>>()?,
            phrases: file.phrases.into_iter().map(rule).collect::<Result<_>>()?,
        })
    }

    /// What the types of a site say: a class where all that speak agree, and the evidence that
    /// decides nothing.
    pub(super) fn weigh(&self, site: &Site) -> (Option<Claim>, Vec<Evidence>) {
        let mut claims: Vec<Claim> = Vec::new();
        let mut silent = Vec::new();
        let mut take = |rule: &Rule, column: &str, cell: String, certain: bool| {
            let piece = Evidence {
                rule: "deposit-type".into(),
                column: column.into(),
                cell,
                says: rule.why.clone(),
            };
            match rule.says {
                Some((class, confidence)) => {
                    let confidence = lowered(confidence, usize::from(!certain));
                    claims.push(Claim::new(class, confidence, Basis::DepositType, vec![piece]));
                }
                None => silent.push(piece),
            }
        };
        for term in &site.deposit_types {
            let name = fold(&term.name);
            for rule in self.types.iter().filter(|rule| rule.words.contains(&name)) {
                take(rule, "Dep_Type", term.to_string(), term.certain);
            }
        }
        if let Some(subtype) = &site.deposit_subtype {
            let name = fold(subtype);
            let certain =
                !subtype.contains('?') && !self.doubts.iter().any(|words| has_phrase(&name, words));
            for rule in &self.phrases {
                if rule.words.iter().any(|words| has_phrase(&name, words)) {
                    take(rule, "Dep_Note", subtype.clone(), certain);
                }
            }
        }
        claims.sort_by_key(|claim| std::cmp::Reverse(claim.confidence));
        let mut claims = claims.into_iter();
        let Some(mut first) = claims.next() else { return (None, silent) };
        let others: Vec<Claim> = claims.collect();
        let agree = others.iter().all(|claim| claim.class == first.class);
        first.evidence.extend(others.into_iter().flat_map(|claim| claim.evidence));
        if agree {
            return (Some(first), silent);
        }
        silent.splice(0..0, first.evidence);
        (None, silent)
    }
}
