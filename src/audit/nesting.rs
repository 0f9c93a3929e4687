//! Records that hold others: districts and their deposits, which a sum would count twice.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::names::{Index, bare, distance_km};
use super::rules::Rule;
use super::{Matter, Sink, listed};
use crate::dataset::terms;
use crate::error::Result;
use crate::site::Site;

/// Pairs of records, the holding one first, by their places among the sites.
pub(super) type Nested = HashSet<(usize, usize)>;

/// The type of record that holds no others, by the database's own word.
const SITE: &str = "site";

/// How many names a finding lists.
const LISTED: usize = 12;

/// Runs the rule, and gives the pairs.
pub(super) fn run(matter: &Matter<'_>, sink: &mut Sink) -> Result<Nested> {
    let mut nested = Nested::new();
    if !matter.cells.has("Part_of") && !matter.cells.has("Components") {
        return Ok(nested);
    }
    let rule = sink.rule("nested-records")?;
    let search = Search { matter, rule, index: Index::new(matter.sites, sink.table) };
    // Each holding record with those it holds, and how that is said.
    let mut held: BTreeMap<usize, BTreeMap<usize, String>> = BTreeMap::new();
    let mut add = |outer: usize, inner: usize, how: String| {
        if outer != inner && !nested.contains(&(inner, outer)) && nested.insert((outer, inner)) {
            held.entry(outer).or_default().insert(inner, how);
        }
    };
    for (number, site) in matter.sites.iter().enumerate() {
        if let Some(text) = matter.cells.text(site, "Part_of") {
            for outer in search.wholes(text, number) {
                add(outer, number, format!("Part_of {text:?}"));
            }
        }
        if let Some(text) = matter.cells.text(site, "Components") {
            for inner in search.parts(text, number) {
                add(number, inner, "named in Components".into());
            }
        }
    }
    // The weakest last, so that what a source says goes before.
    for (number, site) in matter.sites.iter().enumerate() {
        let stem = search.without_kind(&site.name).map(bare);
        if let Some(inner) = stem.and_then(|stem| search.index.main(&stem, number, search.within()))
        {
            add(number, inner, format!("of the same name but for its kind, {:?}", site.name));
        }
    }
    for (outer, inner) in held {
        let Some(outer) = matter.sites.get(outer) else { continue };
        let inside: Vec<(&Site, String)> = inner
            .into_iter()
            .filter_map(|(inner, how)| Some((matter.sites.get(inner)?, how)))
            .collect();
        let records: Vec<&Site> =
            std::iter::once(outer).chain(inside.iter().map(|(site, _)| *site)).collect();
        let farthest = inside.iter().filter_map(|(site, _)| distance_km(outer, site));
        let farthest = farthest.fold(0.0, f64::max);
        let names: Vec<String> = inside
            .iter()
            .map(|(site, how)| format!("{} {} ({how})", site.source_id, site.name))
            .collect();
        let count = match names.len() {
            1 => "1 record".into(),
            count => format!("{count} records"),
        };
        let list = listed(names.iter().map(String::as_str), LISTED);
        let finding = sink.add(rule, false, &records);
        finding.cell("Components", matter.cells.text(outer, "Components"));
        finding.cell("Part_of", matter.cells.text(outer, "Part_of"));
        finding.says(
            format!("holds {count}, at most {farthest:.0} km away: {list}"),
            "each deposit counted once",
        );
    }
    Ok(nested)
}

/// Looks names of other records up.
struct Search<'a> {
    matter: &'a Matter<'a>,
    rule: &'static Rule,
    index: Index<'a>,
}

impl Search<'_> {
    fn within(&self) -> f64 {
        self.rule.within_km.unwrap_or_default()
    }

    /// The records that a `Part_of` names: by the whole text, else by each name in it.
    fn wholes(&self, text: &str, inner: usize) -> BTreeSet<usize> {
        let whole = self.whole(text, inner);
        let mut found: BTreeSet<usize> = whole.into_iter().collect();
        if found.is_empty() {
            found.extend(text.split([',', ';']).filter_map(|part| self.whole(part, inner)));
        }
        found
    }

    /// The record of one name: by main name, else other names; with a word for its kind left out
    /// of the name where that is needed.
    fn whole(&self, name: &str, inner: usize) -> Option<usize> {
        let name = self.name(name)?;
        // A record that is part of its own name is part of something that isn't told.
        let own = self.matter.sites.get(inner).map(|site| bare(&site.name));
        if own.is_some_and(|own| own == bare(&name)) {
            return None;
        }
        let stem = self.without_kind(&name);
        let names = || std::iter::once(name.as_str()).chain(stem).map(bare);
        let main = names().find_map(|name| self.index.main(&name, inner, self.within()));
        // A deposit may have its district for another name, and still be one deposit.
        let may_hold = |outer: &usize| {
            let kind = self.matter.sites.get(*outer).and_then(|site| site.kind.as_ref());
            kind.is_none_or(|kind| kind.name != SITE)
        };
        let any = || {
            let found = names().find_map(|name| self.index.any(&name, inner, self.within()));
            found.filter(may_hold)
        };
        main.or_else(any)
    }

    /// The records that `Components` name: by main name, or by the record's own name with the
    /// component's after it (`Bayan Obo` and `West orebody`).
    fn parts(&self, text: &str, outer: usize) -> BTreeSet<usize> {
        let Some(site) = self.matter.sites.get(outer) else { return BTreeSet::new() };
        // What stands before a colon counts or introduces the names.
        let text = text.rsplit(':').next().unwrap_or(text);
        let parts = terms::split(text, &[',', ';']).flat_map(|part| part.split(" and "));
        let find = |part: &str| {
            let name = self.name(part)?;
            let own = format!("{} {name}", site.name);
            let find = |name: &str| self.index.main(&bare(name), outer, self.within());
            find(&own).or_else(|| find(&name))
        };
        parts.filter_map(find).collect()
    }

    /// A name without doubt and words before it; none where little is left.
    fn name(&self, text: &str) -> Option<String> {
        let text = text.replace("(?)", " ").replace('?', " ");
        let mut text = text.trim();
        for word in &self.rule.lead_words {
            let lead = text.get(..word.len()).filter(|lead| lead.eq_ignore_ascii_case(word));
            let rest = lead.and_then(|_| text.get(word.len()..));
            if let Some(rest) = rest.filter(|rest| rest.starts_with([' ', ':'])) {
                text = rest.trim_start_matches([' ', ':']);
            }
        }
        let text = terms::clean(text).into_owned();
        (bare(&text).chars().count() >= 3).then_some(text)
    }

    /// A name without the word for a kind at its end; none where it has none.
    fn without_kind<'n>(&self, name: &'n str) -> Option<&'n str> {
        self.rule.kinds.iter().find_map(|kind| {
            let (stem, last) = name.split_at_checked(name.len().checked_sub(kind.len())?)?;
            let fits = last.eq_ignore_ascii_case(kind) && stem.ends_with(' ');
            fits.then(|| stem.trim_end()).filter(|stem| !stem.is_empty())
        })
    }
}
