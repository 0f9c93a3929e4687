//! What the key says: the type of rare earths, then what else symbols tell, then ports, borders and
//! context, each with how many are drawn.

use super::base;
use super::context::Context;
use super::legend::{Entry, Group};
use super::map::SymbolTable;
use super::spec::Symbols;
use super::symbols::{self, Look};
use crate::site::{Port, ReeType, Site, Status};

/// The least size of a symbol in the key, in points: smaller ones can't be told apart alone.
const LEAST_SIZE: f64 = 4.0;

/// As much context stands in one group, areas, lines and points together.
const CONTEXT_TOGETHER: usize = 4;

/// The groups of a figure's key, with symbols of the map's `size` in points; each context with how
/// many of its features are drawn. `table` collects the symbols that they show.
pub fn groups(
    symbols: &Symbols,
    size: f64,
    sites: &[&Site],
    ports: &[&Port],
    contexts: &[(&Context, usize)],
    provinces: bool,
    table: &mut SymbolTable,
) -> Vec<Group> {
    let in_key = size.max(LEAST_SIZE);
    let mut groups = Vec::new();
    let mut group = |heading: &str, entries: Vec<Entry>| {
        groups.push(Group { heading: heading.into(), entries });
    };
    if !sites.is_empty() {
        group("Type of rare earths", types(sites, in_key, table));
        if symbols.mark_byproduct {
            group("Production", production(sites, in_key, table));
        }
        if symbols.mark_uncertain {
            group("Status", status(sites, in_key, table));
        }
    }
    if !ports.is_empty() {
        group("Ports", port_kinds(ports, size * symbols::PORT_SHARE, table));
    }
    let mut lines = vec![
        Entry::line(base::border_paint(), "international"),
        Entry::line(base::disputed_paint(), "disputed"),
    ];
    if provinces {
        lines.push(Entry::line(base::province_paint(), "provincial"));
    }
    group("Boundaries", lines);
    let (areas, rest): (Vec<_>, Vec<_>) = contexts.iter().partition(|(one, _)| one.has_areas());
    let parts = match contexts.len() > CONTEXT_TOGETHER && !areas.is_empty() && !rest.is_empty() {
        true => vec![("Context: areas", areas), ("Context: lines and points", rest)],
        false => vec![("Context", contexts.iter().collect())],
    };
    for (heading, contexts) in parts.into_iter().filter(|(_, contexts)| !contexts.is_empty()) {
        let entries = contexts.iter().flat_map(|(one, count)| one.entries(*count, table));
        group(heading, entries.collect());
    }
    groups
}

fn types(sites: &[&Site], size: f64, table: &mut SymbolTable) -> Vec<Entry> {
    let mut entries = Vec::new();
    for &ree_type in ReeType::ALL {
        let look = Look { ree_type, open: false, dot: false };
        let words = match ree_type {
            ReeType::Light => "light: below 20 % heavy",
            ReeType::Mixed => "mixed: 20–40 % heavy",
            ReeType::Heavy => "heavy: above 40 % heavy",
            ReeType::Unknown => "unknown: nothing decides",
        };
        table.entry(look.id(size)).or_insert_with(|| look.draw(size));
        let count = count(sites, |site| site.ree_type.value == ree_type);
        entries.push(Entry::symbol(look.id(size), words, count));
    }
    entries.push(Entry::remark("% of all rare-earth oxides; heavy: Tb to Lu, and Y"));
    entries
}

fn production(sites: &[&Site], size: f64, table: &mut SymbolTable) -> Vec<Entry> {
    let byproduct = |site: &Site| matches!(site.status, Status::Byproduct | Status::PastByproduct);
    vec![
        sample(table, size, false, false, "producer", count(sites, |site| !byproduct(site))),
        sample(table, size, false, true, "byproduct producer", count(sites, byproduct)),
    ]
}

fn status(sites: &[&Site], size: f64, table: &mut SymbolTable) -> Vec<Entry> {
    let assumed = count(sites, |site| site.status == Status::AssumedActive);
    let stated = count(sites, |site| site.status_certain);
    let unknown = count(sites, |site| site.status == Status::Unknown);
    let doubted = sites.len() - stated - assumed - unknown;
    let mut entries = vec![sample(table, size, false, false, "stated", stated)];
    if doubted > 0 {
        entries.push(sample(table, size, true, false, "uncertain: “(?)” in the source", doubted));
    }
    if assumed > 0 {
        entries.push(sample(table, size, true, false, "assumed active", assumed));
    }
    if unknown > 0 {
        entries.push(sample(table, size, true, false, "not known", unknown));
    }
    entries
}

fn port_kinds(ports: &[&Port], size: f64, table: &mut SymbolTable) -> Vec<Entry> {
    let rare_earths = |port: &&&Port| port.exports_rare_earths == Some(true);
    let closed = ports.iter().filter(rare_earths).count();
    let assumed = ports.iter().filter(|p| !rare_earths(p) && p.exports_assumed).count();
    let kinds = [
        (true, "rare-earth exports on record", closed),
        (false, "exports metals", ports.len() - closed - assumed),
        (false, "taken to export metals", assumed),
    ];
    let mut entry = |(closed, words, count)| {
        let id = symbols::port_id(size, closed);
        table.entry(id.clone()).or_insert_with(|| symbols::port(size, closed));
        Entry::symbol(id, words, count)
    };
    kinds.into_iter().filter(|(.., count)| *count > 0).map(&mut entry).collect()
}

/// An entry for what a symbol tells beside the type, shown on a symbol of no type.
fn sample(
    table: &mut SymbolTable,
    size: f64,
    open: bool,
    dot: bool,
    words: &str,
    count: usize,
) -> Entry {
    let id = symbols::sample_id(size, open, dot);
    table.entry(id.clone()).or_insert_with(|| symbols::sample(size, open, dot));
    Entry::symbol(id, words, count)
}

fn count(sites: &[&Site], holds: impl Fn(&Site) -> bool) -> usize {
    sites.iter().filter(|site| holds(site)).count()
}
