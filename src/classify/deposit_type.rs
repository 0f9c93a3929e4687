//! What a deposit's type and subtype say of its rare earths.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::setting::{Setting, SettingEntry};

use super::claim::{Basis, Claim, lowered};
use super::text::{fold, has_phrase};
use crate::error::{Error, Result};
use crate::site::{Confidence, Evidence, ReeType, Site};

/// The rules on deposit types.
#[derive(Debug, Clone)]
pub(super) struct DepositTypes {
    doubts: Vec<String>,
    /// Types of primary deposits, beside which a placer's own word does not hold for the whole.
    primary: Vec<String>,
    types: Vec<Rule>,
    phrases: Vec<Rule>,
    settings: Vec<Setting>,
}

#[derive(Debug, Clone)]
struct Rule {
    words: Vec<String>,
    /// None where the type decides nothing.
    says: Option<(ReeType, Confidence)>,
    settles: Settles,
    why: String,
    source: String,
}

/// When a type settles what light and heavy minerals side by side leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Settles {
    /// Where the mineral named first does not say otherwise.
    #[default]
    WithTheFirst,
    /// Where no primary deposit is named with it.
    Alone,
    /// Always.
    Always,
}

/// What the types of a site say.
pub(super) struct DepositEvidence {
    /// A class, where all types that speak agree.
    pub(super) claim: Option<Claim>,
    /// When that settles what minerals leave open.
    pub(super) settles: Settles,
    /// Evidence that decides nothing.
    pub(super) silent: Vec<Evidence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    doubts: Vec<String>,
    primary: Vec<String>,
    sources: BTreeMap<String, String>,
    #[serde(rename = "type")]
    types: Vec<Entry>,
    #[serde(rename = "phrase")]
    phrases: Vec<Entry>,
    #[serde(rename = "setting")]
    settings: Vec<SettingEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Option<String>,
    #[serde(default)]
    words: Vec<String>,
    class: Class,
    confidence: Option<Confidence>,
    #[serde(default)]
    settles: Settles,
    why: String,
    source: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Class {
    Light,
    Mixed,
    Heavy,
    None,
}

impl DepositTypes {
    pub(super) fn read(text: &str) -> Result<Self> {
        let broken = |reason: String| Error::embedded("data/rules/deposit_types.toml", reason);
        let file: File = toml::from_str(text).map_err(|cause| broken(cause.to_string()))?;
        let rule = |entry: Entry| -> Result<Rule> {
            let source = file
                .sources
                .get(&entry.source)
                .ok_or_else(|| broken(format!("no source `{}`", entry.source)))?
                .clone();
            let says = match (entry.class, entry.confidence) {
                (Class::Light, Some(confidence)) => Some((ReeType::Light, confidence)),
                (Class::Mixed, Some(confidence)) => Some((ReeType::Mixed, confidence)),
                (Class::Heavy, Some(confidence)) => Some((ReeType::Heavy, confidence)),
                (Class::None, None) => None,
                _ => return Err(broken(format!("class and confidence clash: {}", entry.why))),
            };
            let words = entry.name.iter().chain(&entry.words).map(|name| fold(name)).collect();
            Ok(Rule { words, says, settles: entry.settles, why: entry.why, source })
        };
        let settings = file
            .settings
            .into_iter()
            .map(|entry| {
                let source = file.sources.get(&entry.source).cloned();
                let source =
                    source.ok_or_else(|| broken(format!("no source `{}`", entry.source)))?;
                Ok(Setting::new(entry, source))
            })
            .collect::<Result<_>>()?;
        Ok(DepositTypes {
            settings,
            doubts: file.doubts.iter().map(|words| fold(words)).collect(),
            primary: file.primary.iter().map(|words| fold(words)).collect(),
            types: file.types.into_iter().map(rule).collect::<Result<_>>()?,
            phrases: file.phrases.into_iter().map(rule).collect::<Result<_>>()?,
        })
    }

    /// The settings that hold for a site: what some minerals say in deposits of its types.
    pub(super) fn settings(&self, site: &Site) -> Vec<&Setting> {
        self.settings.iter().filter(|setting| setting.holds_for(site)).collect()
    }

    /// What the types of a site say: a class where all that speak agree, and the evidence that
    /// decides nothing.
    pub(super) fn weigh(&self, site: &Site) -> DepositEvidence {
        let mut claims: Vec<(Claim, Settles)> = Vec::new();
        let mut silent = Vec::new();
        let mut take = |rule: &Rule, column: &str, cell: String, certain: bool| {
            let piece = Evidence {
                rule: "deposit-type".into(),
                column: column.into(),
                cell,
                says: rule.why.clone(),
                source: rule.source.clone(),
                ..Evidence::default()
            };
            match rule.says {
                Some((class, confidence)) => {
                    let confidence = lowered(confidence, usize::from(!certain));
                    let claim = Claim::new(class, confidence, Basis::DepositType, vec![piece]);
                    claims.push((claim, rule.settles));
                }
                None => silent.push(piece),
            }
        };
        let mut primary = false;
        for term in &site.deposit_types {
            let name = fold(&term.name);
            primary |= self.primary.contains(&name);
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
        claims.sort_by_key(|(claim, _)| std::cmp::Reverse(claim.confidence));
        let settles = match claims.iter().map(|(_, settles)| *settles).max().unwrap_or_default() {
            Settles::Alone if primary => Settles::WithTheFirst,
            settles => settles,
        };
        let mut claims = claims.into_iter().map(|(claim, _)| claim);
        let Some(mut first) = claims.next() else {
            return DepositEvidence { claim: None, settles, silent };
        };
        let others: Vec<Claim> = claims.collect();
        let agree = others.iter().all(|claim| claim.class == first.class);
        first.evidence.extend(others.into_iter().flat_map(|claim| claim.evidence));
        if agree {
            return DepositEvidence { claim: Some(first), settles, silent };
        }
        silent.splice(0..0, first.evidence);
        DepositEvidence { claim: None, settles, silent }
    }
}
