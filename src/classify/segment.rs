//! Which segments of the supply chain a site is in.

use std::cmp::Reverse;

use serde::Deserialize;

use super::text::{fold, has_phrase};
use crate::error::{Error, Result};
use crate::site::{
    Confidence, Evidence, Finding, NO_RARE_EARTHS, Product, Segment, Segments, Site,
};

/// The rules on segments.
#[derive(Debug, Clone)]
pub(super) struct SegmentRules {
    rare_earth_words: Vec<String>,
    rare_earth_codes: Vec<String>,
    other_products: Vec<String>,
    text: TextWords,
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

/// The words that tell what a text says a product is from what it says it is not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextWords {
    denials: Vec<String>,
    exceptions: Vec<String>,
    measures: Vec<String>,
}

/// The words that tell what a product's note says of the product from what it says beside.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteWords {
    ends: Vec<String>,
    plans: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rare_earth_words: Vec<String>,
    rare_earth_codes: Vec<String>,
    other_products: Vec<String>,
    text: TextWords,
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
            other_products: folded(&file.other_products),
            text: TextWords {
                denials: folded(&file.text.denials),
                exceptions: folded(&file.text.exceptions),
                measures: folded(&file.text.measures),
            },
            note: NoteWords { ends: folded(&file.note.ends), plans: folded(&file.note.plans) },
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
        // What the source says of these is not known, so that nothing less can speak for them.
        let untold = products.iter().any(|product| product.form_untold);
        for product in products.iter().filter(|product| !product.form_untold) {
            let stated = self.of_product(product);
            if stated.is_empty() {
                found.extend(self.of_kind(site, &name(product)));
            }
            found.extend(stated);
        }
        // Layers of deposits and exploration have commodities and no products.
        let commodity = site.commodities.iter().find(|term| self.is_rare_earth(&term.name));
        if let (true, Some(commodity)) = (found.is_empty() && !untold, commodity) {
            found.extend(self.of_kind(site, &commodity.to_string()));
        }
        if found.is_empty() {
            let basis = if products.is_empty() && commodity.is_none() {
                NO_RARE_EARTHS
            } else if untold {
                "form of product not told (--roles)"
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
        let names =
            |said: &String| self.is_rare_earth(said) && !has_any(&fold(said), &self.other_products);
        self.is_rare_earth(&product.commodity)
            || self.statements(product.form.as_deref().unwrap_or("")).iter().any(names)
            || self.of_note(product).iter().any(names)
    }

    /// What is stated of a product. The form says more than the name (monazite may leave as
    /// oxide); the note stands between form and name, but goes before a form that it refines.
    fn of_product(&self, product: &Product) -> Vec<Found<'_>> {
        let form = product.form.as_deref().unwrap_or("");
        let by_form = self.of_form(form);
        let by_note = self.of_items(&self.of_note(product));
        let is_refined = by_note.iter().any(|rule| has_any(&fold(form), &rule.refines));

        let mut cell = name(product);
        let (rules, basis) = if is_refined || (by_form.is_empty() && !by_note.is_empty()) {
            cell.push_str(&format!("; note: {}", product.note.as_deref().unwrap_or("")));
            (by_note, "product note")
        } else if by_form.is_empty() {
            let said = self.statements(&product.commodity);
            (
                self.of_items(&said.iter().flat_map(|said| items(said)).collect::<Vec<_>>()),
                "product",
            )
        } else {
            (by_form, "product")
        };
        rules.into_iter().map(|rule| Found::new(rule, basis, cell.clone())).collect()
    }

    /// What a form states. One that enumerates (`Oxide, metal, and magnets`) names several
    /// products; else its head says more than the rest (`Concentrate, rare-earth oxide`). What
    /// stands in brackets is beside the head.
    fn of_form(&self, form: &str) -> Vec<&Rule> {
        let plain = without_brackets(form);
        let head = plain.split(',').next().unwrap_or(&plain);
        let whole = if items(&plain).len() > 1 { plain.as_str() } else { head };
        [whole, head, form]
            .into_iter()
            .map(|text| self.of_items(&self.items(text)))
            .find(|rules| !rules.is_empty())
            .unwrap_or_default()
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
        self.statements(product.note.as_deref().unwrap_or(""))
            .iter()
            .filter(|said| !has_any(&fold(said), &self.note.plans))
            .flat_map(|said| self.named(before(said, &self.note.ends)))
            .collect()
    }

    /// The items that a text names.
    fn items(&self, text: &str) -> Vec<String> {
        self.statements(text).iter().flat_map(|said| self.named(said)).collect()
    }

    /// The sentences of a text that deny nothing, up to what they except.
    fn statements(&self, text: &str) -> Vec<String> {
        numbers_written_out(text)
            .split([';', '.'])
            .filter(|sentence| !has_any(&fold(sentence), &self.text.denials))
            .map(|sentence| before(sentence, &self.text.exceptions).to_owned())
            .collect()
    }

    /// The items that a statement names, save how amounts are measured.
    fn named(&self, statement: &str) -> Vec<String> {
        statement
            .split([',', ':', '(', ')'])
            .filter(|clause| !has_any(&fold(clause), &self.text.measures))
            .flat_map(items)
            .collect()
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
            ..Evidence::default()
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
        .filter(|item| !item.is_empty())
        .collect()
}

/// A text up to the first of some folded phrases. A word with a hyphen is one word: `In-situ` is
/// not `in`.
fn before<'a>(text: &'a str, phrases: &[String]) -> &'a str {
    let is_break = |letter: char| letter.is_whitespace() || ",:()".contains(letter);
    let mut words = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(is_break) {
        words.push((start, fold(piece)));
        start += piece.len();
    }
    words.retain(|(_, word)| !word.is_empty());
    let begins = |from: &[(usize, String)]| {
        phrases.iter().any(|phrase| {
            let count = phrase.split(' ').count();
            let words: Vec<&str> = from.iter().take(count).map(|(_, word)| word.as_str()).collect();
            words.join(" ") == *phrase
        })
    };
    let end = (0..words.len()).filter_map(|index| words.get(index..)).find(|from| begins(from));
    let end = end.and_then(|from| from.first()).map_or(text.len(), |(start, _)| *start);
    text.get(..end).unwrap_or(text)
}

/// A text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

/// A text with `number` for the `No.` before a number, which denies nothing and ends no sentence.
fn numbers_written_out(text: &str) -> String {
    let mut parts = text.split("No. ");
    let mut written = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let is_number = part.starts_with(|letter: char| letter.is_ascii_digit());
        written.push_str(if is_number { "number " } else { "No. " });
        written.push_str(part);
    }
    written
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
