//! Which segments of the supply chain a site is in.

use std::cmp::Reverse;

use serde::Deserialize;

use super::text::{fold, has_phrase};
use crate::error::{Error, Result};
use crate::site::{Confidence, Evidence, Finding, Product, Segment, Segments, Site};

/// The rules on segments.
#[derive(Debug, Clone)]
pub(super) struct SegmentRules {
    rare_earth_words: Vec<String>,
    rare_earth_codes: Vec<String>,
    note: NoteWords,
    datasets: Vec<Rule>,
    products: Vec<Rule>,
    kinds: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    id: String,
    words: Vec<String>,
    /// Words of forms that this rule goes before where it fits the product's note.
    refines: Vec<String>,
    segment: Segment,
    confidence: Confidence,
    why: String,
}

/// The words that tell what a product's note says of the product from what it says beside.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteWords {
    ends: Vec<String>,
    measures: Vec<String>,
    plans: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rare_earth_words: Vec<String>,
    rare_earth_codes: Vec<String>,
    note: NoteWords,
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
    #[serde(default)]
    refines: Vec<String>,
    segment: String,
    confidence: Confidence,
    why: String,
}

impl SegmentRules {
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
                        words: folded(&entry.words),
                        refines: folded(&entry.refines),
                        segment,
                        confidence: entry.confidence,
                        why: entry.why,
                    })
                })
                .collect()
        };
        Ok(SegmentRules {
            rare_earth_words: folded(&file.rare_earth_words),
            rare_earth_codes: file.rare_earth_codes,
            note: NoteWords {
                ends: folded(&file.note.ends),
                measures: folded(&file.note.measures),
                plans: folded(&file.note.plans),
            },
            datasets: rules("dataset", file.dataset)?,
            products: rules("product", file.product)?,
            kinds: rules("kind", file.kind)?,
        })
    }

    /// Whether a commodity or product is of rare earths.
    pub(super) fn is_rare_earth(&self, commodity: &str) -> bool {
        let folded = fold(commodity);
        self.rare_earth_codes.iter().any(|code| code == commodity.trim())
            || has_any(&folded, &self.rare_earth_words)
    }

    /// The segments of a site: those of each of its rare-earth products.
    pub(super) fn classify(&self, site: &Site) -> Segments {
        if let Some(rule) = find(&self.datasets, site.dataset.name()) {
            return segments(vec![Found::new(rule, "dataset", site.dataset.name().into())]);
        }
        let products: Vec<&Product> =
            site.products.iter().filter(|product| self.is_of_rare_earths(product)).collect();
        let mut found: Vec<Found> = Vec::new();
        for product in &products {
            let stated = self.of_product(product);
            if stated.is_empty() {
                found.extend(self.of_kind(site, &name(product)));
            }
            found.extend(stated);
        }
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
            return Finding { basis: basis.into(), ..Finding::none(Segment::Unknown) }.into();
        }
        // A plant of which one product is known is not one of unknown product.
        let is_guess = |found: &Found| found.rule.confidence == Confidence::Low;
        if !found.iter().all(is_guess) {
            found.retain(|found| !is_guess(found));
        }
        segments(found)
    }

    /// Whether a product is of rare earths, by its name, its form or its note.
    fn is_of_rare_earths(&self, product: &Product) -> bool {
        self.is_rare_earth(&product.commodity)
            || product.form.as_deref().is_some_and(|form| self.is_rare_earth(form))
            || self.of_note(product).iter().any(|item| self.is_rare_earth(item))
    }

    /// What is stated of a product. The form says more than the name (monazite may leave as
    /// oxide), and the head of the form more than the rest (`Concentrate, rare-earth oxide
    /// content`); the note stands between form and name, but goes before a form that it refines.
    fn of_product(&self, product: &Product) -> Vec<Found<'_>> {
        let form = product.form.as_deref().unwrap_or("");
        let head = form.split(',').next().unwrap_or(form);
        let by_form = [head, form]
            .into_iter()
            .map(|text| self.of_items(&items(text)))
            .find(|rules| !rules.is_empty())
            .unwrap_or_default();
        let by_note = self.of_items(&self.of_note(product));
        let is_refined = by_note.iter().any(|rule| has_any(&fold(form), &rule.refines));

        let mut cell = name(product);
        let (rules, basis) = if is_refined || (by_form.is_empty() && !by_note.is_empty()) {
            cell.push_str(&format!("; note: {}", product.note.as_deref().unwrap_or("")));
            (by_note, "product note")
        } else if by_form.is_empty() {
            (self.of_items(&items(&product.commodity)), "product")
        } else {
            (by_form, "product")
        };
        rules.into_iter().map(|rule| Found::new(rule, basis, cell.clone())).collect()
    }

    /// The rules that items of one text fit, each once.
    fn of_items(&self, items: &[String]) -> Vec<&Rule> {
        let mut rules: Vec<&Rule> = Vec::new();
        for rule in items.iter().filter_map(|item| find(&self.products, item)) {
            if !rules.iter().any(|other| other.id == rule.id) {
                rules.push(rule);
            }
        }
        rules
    }

    /// The items of a product's note that name what the product is.
    fn of_note(&self, product: &Product) -> Vec<String> {
        let mut of_product = Vec::new();
        for sentence in product.note.as_deref().unwrap_or("").split([';', '.']) {
            if has_any(&fold(sentence), &self.note.plans) {
                continue;
            }
            let ends = |word: &&str| self.note.ends.contains(&fold(word));
            let words: Vec<&str> =
                sentence.split_whitespace().take_while(|word| !ends(word)).collect();
            for clause in words.join(" ").split([',', ':', '(', ')']) {
                if !has_any(&fold(clause), &self.note.measures) {
                    of_product.extend(items(clause));
                }
            }
        }
        of_product
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

fn folded(words: &[String]) -> Vec<String> {
    words.iter().map(|word| fold(word)).collect()
}

/// Whether a folded text holds one of some folded phrases.
fn has_any(text: &str, phrases: &[String]) -> bool {
    phrases.iter().any(|phrase| has_phrase(text, phrase))
}

/// A product by its name and form, as stated.
fn name(product: &Product) -> String {
    let form = product.form.as_deref().unwrap_or("");
    let stated = [product.commodity.as_str(), form].into_iter().filter(|text| !text.is_empty());
    stated.collect::<Vec<_>>().join(", ")
}

/// What a text names side by side (`separated oxides and NdFeB magnets`), folded.
fn items(text: &str) -> Vec<String> {
    let text = text.replace('&', " and ");
    text.split(';')
        .flat_map(|part| fold(part).split(" and ").map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// The first rule with a phrase that the text holds.
fn find<'a>(rules: &'a [Rule], text: &str) -> Option<&'a Rule> {
    let text = fold(text);
    rules.iter().find(|rule| has_any(&text, &rule.words))
}

/// Each segment found, with what speaks for it, the surest first.
fn segments(found: Vec<Found>) -> Segments {
    let finding = |&segment: &Segment| {
        let mut found: Vec<&Found> =
            found.iter().filter(|found| found.rule.segment == segment).collect();
        found.sort_by_key(|found| Reverse(found.rule.confidence));
        let first = *found.first()?;
        let mut evidence: Vec<Evidence> = Vec::new();
        for piece in found.iter().map(|found| found.evidence()) {
            if !evidence.contains(&piece) {
                evidence.push(piece);
            }
        }
        Some(Finding {
            value: segment,
            confidence: Some(first.rule.confidence),
            basis: first.basis.into(),
            evidence,
        })
    };
    Segments::new(Segment::ALL.iter().filter_map(finding).collect())
}
