//! Which elements are light and heavy, where the lines between classes run, and what each kind
//! of evidence is worth.

use serde::Deserialize;

use super::text::{fold, has_phrase};
use crate::error::{Error, Result};
use crate::site::fact::{Element, Scope, Side};
use crate::site::{Confidence, ReeType};

/// What each kind of statement is worth.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Worth {
    pub(super) stated_class: Confidence,
    pub(super) doubted_class: Confidence,
    pub(super) share: Confidence,
    pub(super) ratio: Confidence,
    pub(super) bare_ratio: Confidence,
    pub(super) dominance: Confidence,
    pub(super) group_contents: Confidence,
    pub(super) element_contents: Confidence,
    pub(super) order: Confidence,
    pub(super) hint: Confidence,
    pub(super) minerals: Confidence,
    pub(super) mixed_minerals: Confidence,
}

/// The groups and the lines.
#[derive(Debug, Clone)]
pub(super) struct Elements {
    pub(super) version: String,
    light: Vec<Element>,
    heavy: Vec<Element>,
    silent_in_lists: Vec<Element>,
    pub(super) share: Share,
    pub(super) bare_share_from: f64,
    partial_scopes: Vec<String>,
    pub(super) worth: Worth,
    pub(super) minerals_prevail_by: f64,
    pub(super) minerals_outnumber_by: f64,
}

/// The lines between the classes, in percent of heavy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Share {
    pub(super) light_below: f64,
    pub(super) heavy_above: f64,
    pub(super) near: f64,
    pub(super) doubtful_below: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    light: Vec<String>,
    heavy: Vec<String>,
    neither: Vec<String>,
    silent_in_lists: Vec<String>,
    share: Share,
    notes: NotesPart,
    confidence: Worth,
    minerals: MineralsPart,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotesPart {
    bare_share_from: f64,
    partial_scopes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MineralsPart {
    prevails_by: f64,
    outnumbers_by: f64,
}

impl Elements {
    pub(super) fn read(text: &str) -> Result<Self> {
        let broken = |reason: String| Error::embedded("data/rules/elements.toml", reason);
        let file: File = toml::from_str(text).map_err(|cause| broken(cause.to_string()))?;
        let named = |symbols: &[String]| -> Result<Vec<Element>> {
            symbols
                .iter()
                .map(|symbol| {
                    Element::from_symbol(symbol)
                        .ok_or_else(|| broken(format!("{symbol} is no rare earth")))
                })
                .collect()
        };
        let (light, heavy, neither) =
            (named(&file.light)?, named(&file.heavy)?, named(&file.neither)?);
        for element in Element::ALL {
            let times =
                [&light, &heavy, &neither].iter().filter(|group| group.contains(element)).count();
            if times != 1 {
                return Err(broken(format!("{} has to stand once", element.symbol())));
            }
        }
        Ok(Elements {
            version: file.version,
            light,
            heavy,
            silent_in_lists: named(&file.silent_in_lists)?,
            share: file.share,
            bare_share_from: file.notes.bare_share_from,
            partial_scopes: file.notes.partial_scopes.iter().map(|words| fold(words)).collect(),
            worth: file.confidence,
            minerals_prevail_by: file.minerals.prevails_by,
            minerals_outnumber_by: file.minerals.outnumbers_by,
        })
    }

    /// The group of an element; none for scandium.
    pub(super) fn side(&self, element: Element) -> Option<Side> {
        if self.light.contains(&element) {
            Some(Side::Light)
        } else if self.heavy.contains(&element) {
            Some(Side::Heavy)
        } else {
            None
        }
    }

    /// The side that an element takes in a bare list; none for those between the groups.
    pub(super) fn side_in_list(&self, element: Element) -> Option<Side> {
        self.side(element).filter(|_| !self.silent_in_lists.contains(&element))
    }

    /// The class of a share of heavy, in percent.
    pub(super) fn class(&self, heavy: f64) -> ReeType {
        if heavy < self.share.light_below {
            ReeType::Light
        } else if heavy > self.share.heavy_above {
            ReeType::Heavy
        } else {
            ReeType::Mixed
        }
    }

    /// Whether a share of heavy is so near to a line that the class may as well be the next.
    pub(super) fn is_near_a_line(&self, heavy: f64) -> bool {
        [self.share.light_below, self.share.heavy_above]
            .iter()
            .any(|line| (heavy - line).abs() < self.share.near)
    }

    /// Whether a scope is of samples or one mineral, not of the deposit.
    pub(super) fn is_partial(&self, scope: &Scope) -> bool {
        let scope = fold(scope.text());
        self.partial_scopes.iter().any(|words| has_phrase(&scope, words))
    }
}
