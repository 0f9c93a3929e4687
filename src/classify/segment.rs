//! Which segment of the supply chain a site is in.

use std::cmp::Reverse;

use serde::Deserialize;

use super::text::{fold, has_phrase};
use crate::error::{Error, Result};
use crate::site::{Confidence, Evidence, Finding, Product, Segment, Site};

/// The rules on segments.
#[derive(Debug, Clone)]
pub(super) struct Segments {
    rare_earth_words: Vec<String>,
    rare_earth_codes: Vec<String>,
    datasets: Vec<Rule>,
    products: Vec<Rule>,
    kinds: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    id: String,
    words: Vec<String>,
    segment: Segment,
    confidence: Confidence,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rare_earth_words: Vec<String>,
    rare_earth_codes: Vec<String>,
    dataset: Vec<Entry>,
    product: Vec<Entry>,
    kind: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    id: Option<String>,
    #[serde(alias = "names")]
    words: Vec<String>,
    segment: String,
    confidence: Confidence,
    why: String,
}

impl Segments {
    pub(super) fn read(text: &str) -> Result<Self> {
        let broken = |reason: String| Error::embedded("data/rules/segments.toml", reason);
        let file: File = toml::from_str(text).map_err(|cause| broken(cause.to_string()))?;
        let rules = |group: &str, entries: Vec<Entry>| -> Result<Vec<Rule>> {
            entries
                .into_iter()
                .map(|entry| {
                    let segment = Segment::from_name(&entry.segment)
                        .ok_or_else(|| broken(format!("no segment `{}`", entry.segment)))?;
                    Ok(Rule {
                        id: format!("{group}.{}", entry.id.as_deref().unwrap_or(segment.name())),
                        words: entry.words.iter().map(|word| fold(word)).collect(),
                        segment,
                        confidence: entry.confidence,
                        why: entry.why,
                    })
                })
                .collect()
        };
        Ok(Segments {
            rare_earth_words: file.rare_earth_words.iter().map(|word| fold(word)).collect(),
            rare_earth_codes: file.rare_earth_codes,
            datasets: rules("dataset", file.dataset)?,
            products: rules("product", file.product)?,
            kinds: rules("kind", file.kind)?,
        })
    }

    /// Whether a commodity or product is of rare earths.
    pub(super) fn is_rare_earth(&self, commodity: &str) -> bool {
        let folded = fold(commodity);
        self.rare_earth_codes.iter().any(|code| code == commodity.trim())
            || self.rare_earth_words.iter().any(|word| has_phrase(&folded, word))
    }

    /// The segment of a site, the furthest downstream of its rare-earth products.
    pub(super) fn classify(&self, site: &Site) -> Finding<Segment> {
        if let Some(rule) = find(&self.datasets, site.dataset.name()) {
            return finding(vec![Found::new(rule, "dataset", site.dataset.name().into())]);
        }
        let of_rare_earths = |product: &&Product| {
            self.is_rare_earth(&product.commodity)
                || product.form.as_deref().is_some_and(|form| self.is_rare_earth(form))
        };
        let products: Vec<&Product> = site.products.iter().filter(of_rare_earths).collect();
        let mut found: Vec<Found> = products
            .iter()
            .filter_map(|product| {
                let form = product.form.as_deref().unwrap_or("");
                let stated = [product.commodity.as_str(), form];
                let stated = stated.into_iter().filter(|text| !text.is_empty());
                let stated = stated.collect::<Vec<_>>().join(", ");
                match self.of_product(&product.commodity, form) {
                    Some(rule) => Some(Found::new(rule, "product", stated)),
                    None => self.of_kind(site, &stated),
                }
            })
            .collect();
        // Layers of deposits and exploration have commodities and no products.
        let commodity = site.commodities.iter().find(|term| self.is_rare_earth(&term.name));
        if let (true, Some(commodity)) = (found.is_empty(), commodity) {
            found.extend(self.of_kind(site, &commodity.to_string()));
        }
        if found.is_empty() {
            let basis = if products.is_empty() && commodity.is_none() {
                "no rare-earth product"
            } else {
                "product and facility type not stated"
            };
            return Finding { basis: basis.into(), ..Finding::none(Segment::Unknown) };
        }
        finding(found)
    }

    /// The form says more than the name (monazite may leave as oxide), and the head of the form
    /// more than the rest (`Concentrate, rare-earth oxide content`).
    fn of_product(&self, commodity: &str, form: &str) -> Option<&Rule> {
        let head = form.split(',').next().unwrap_or(form);
        [head, form, commodity].into_iter().find_map(|text| find(&self.products, text))
    }

    /// What kind of place the site is, by its type or else by its table (`…_Exploration`).
    fn of_kind(&self, site: &Site, stated: &str) -> Option<Found<'_>> {
        let kind = site.kind.as_ref().map(|kind| kind.name.as_str());
        [kind, Some(site.record.table.as_str())].into_iter().flatten().find_map(|kind| {
            let rule = find(&self.kinds, kind)?;
            Some(Found::new(rule, "facility type", format!("{stated}; {kind}")))
        })
    }
}

/// A rule that fits a site, and the cells it fits.
struct Found<'a> {
    rule: &'a Rule,
    basis: &'static str,
    cell: String,
}

impl<'a> Found<'a> {
    fn new(rule: &'a Rule, basis: &'static str, cell: String) -> Self {
        Found { rule, basis, cell }
    }

    fn evidence(&self) -> Evidence {
        Evidence {
            rule: format!("segment.{}", self.rule.id),
            column: self.basis.into(),
            cell: self.cell.clone(),
            says: format!("{}: {}", self.rule.segment, self.rule.why),
        }
    }
}

/// The first rule with a phrase that the text holds.
fn find<'a>(rules: &'a [Rule], text: &str) -> Option<&'a Rule> {
    let text = fold(text);
    rules.iter().find(|rule| rule.words.iter().any(|word| has_phrase(&text, word)))
}

/// The furthest downstream of what was found, and the surest of that.
fn finding(mut found: Vec<Found>) -> Finding<Segment> {
    found.sort_by_key(|found| Reverse((found.rule.segment, found.rule.confidence)));
    let Some(first) = found.first() else { return Finding::none(Segment::Unknown) };
    let several = found.iter().any(|other| other.rule.segment != first.rule.segment);
    let mut evidence: Vec<Evidence> = found.iter().map(Found::evidence).collect();
    evidence.dedup();
    Finding {
        value: first.rule.segment,
        confidence: Some(first.rule.confidence),
        basis: format!("{}{}", first.basis, if several { ", of several segments" } else { "" }),
        evidence,
    }
}
