//! Which segment of the supply chain a site is in.

use serde::Deserialize;

use super::text::{fold, has_phrase};
use crate::error::{Error, Result};
use crate::site::{Confidence, Evidence, Finding, Segment, Site};

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
            let piece = rule.evidence("dataset", site.dataset.name());
            return finding(rule.segment, rule.confidence, "dataset", vec![piece]);
        }
        let mut found: Vec<(Segment, Confidence, &str, Evidence)> = Vec::new();
        for product in &site.products {
            let form = product.form.as_deref().unwrap_or("");
            if !(self.is_rare_earth(&product.commodity) || self.is_rare_earth(form)) {
                continue;
            }
            let cell = match form {
                "" => product.commodity.clone(),
                form => format!("{}, {form}", product.commodity),
            };
            // The form says more than the name: monazite may leave as oxide. Its head says more
            // than the rest: `Concentrate, rare-earth oxide content`.
            let head = form.split(',').next().unwrap_or(form);
            let rule = find(&self.products, head)
                .or_else(|| find(&self.products, form))
                .or_else(|| find(&self.products, &product.commodity))
                .map(|rule| (rule, "product"))
                .or_else(|| self.of_kind(site).map(|rule| (rule, "facility type")));
            match rule {
                Some((rule, "product")) => found.push((
                    rule.segment,
                    rule.confidence,
                    "product",
                    rule.evidence("product", &cell),
                )),
                Some((rule, basis)) => {
                    let kind = site.kind.as_ref().map_or(&site.record.table, |kind| &kind.name);
                    let piece = rule.evidence("kind", &format!("{cell}; {kind}"));
                    found.push((rule.segment, rule.confidence, basis, piece));
                }
                None => {}
            }
        }
        let stated = site.commodities.iter().find(|term| self.is_rare_earth(&term.name));
        if let (true, Some(commodity)) = (found.is_empty(), stated) {
            if let Some(rule) = self.of_kind(site) {
                let kind = site.kind.as_ref().map_or(&site.record.table, |kind| &kind.name);
                let piece = rule.evidence("kind", &format!("{commodity}; {kind}"));
                found.push((rule.segment, rule.confidence, "facility type", piece));
            }
        }
        // Furthest downstream first, then the surer; order of products aside.
        found.sort_by_key(|(segment, confidence, ..)| {
            (std::cmp::Reverse(*segment), std::cmp::Reverse(*confidence))
        });
        let Some((segment, confidence, basis, _)) = found.first() else {
            return self.unknown(site);
        };
        let (segment, confidence) = (*segment, *confidence);
        let several = found.iter().any(|(other, ..)| *other != segment);
        let basis = if several { format!("{basis}, of several segments") } else { (*basis).into() };
        let mut evidence: Vec<Evidence> = found.into_iter().map(|(.., piece)| piece).collect();
        evidence.dedup();
        finding(segment, confidence, &basis, evidence)
    }

    /// What kind of place the site is, by its type or else by its table (`…_Exploration`).
    fn of_kind(&self, site: &Site) -> Option<&Rule> {
        site.kind
            .as_ref()
            .and_then(|kind| find(&self.kinds, &kind.name))
            .or_else(|| find(&self.kinds, &site.record.table))
    }

    fn unknown(&self, site: &Site) -> Finding<Segment> {
        let any = site.products.iter().any(|product| {
            self.is_rare_earth(&product.commodity)
                || product.form.as_deref().is_some_and(|form| self.is_rare_earth(form))
        }) || site.commodities.iter().any(|term| self.is_rare_earth(&term.name));
        let basis =
            if any { "product and facility type not stated" } else { "no rare-earth product" };
        Finding {
            value: Segment::Unknown,
            confidence: None,
            basis: basis.into(),
            evidence: Vec::new(),
        }
    }
}

impl Rule {
    fn evidence(&self, column: &str, cell: &str) -> Evidence {
        Evidence {
            rule: format!("segment.{}", self.id),
            column: column.into(),
            cell: cell.into(),
            says: format!("{}: {}", self.segment, self.why),
        }
    }
}

fn find<'a>(rules: &'a [Rule], text: &str) -> Option<&'a Rule> {
    let text = fold(text);
    rules.iter().find(|rule| rule.words.iter().any(|word| has_phrase(&text, word)))
}

fn finding(
    segment: Segment,
    confidence: Confidence,
    basis: &str,
    evidence: Vec<Evidence>,
) -> Finding<Segment> {
    Finding { value: segment, confidence: Some(confidence), basis: basis.into(), evidence }
}
