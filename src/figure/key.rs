//! What the key says: areas by count, the classes of sites, then what else symbols tell, then ports, borders and
//! context, each with how many are drawn.

use super::base;
use super::choropleth::Choropleth;
use super::classes::Classes;
use super::context::Context;
use super::language::{self, Words};
use super::legend::{Entry, Group};
use super::map::SymbolTable;
use super::spec::{Attribute, Symbols};
use super::symbols::{self, Look};
use crate::error::Result;
use crate::site::{Port, Site, Status};

/// As much context stands in one group, areas, lines and points together.
const CONTEXT_TOGETHER: usize = 4;

/// What a figure's key tells of.
pub struct Key<'a> {
    /// The classes of sites.
    pub classes: &'a Classes<'a>,
    /// The areas by which sites are counted.
    pub choropleth: Option<&'a Choropleth<'a>>,
    /// How sites are drawn; none where they are counted only.
    pub symbols: Option<&'a Symbols>,
    /// The size of the map's symbols in points.
    pub size: f64,
    /// The sites drawn.
    pub sites: &'a [&'a Site],
    /// The ports drawn.
    pub ports: &'a [&'a Port],
    /// What is drawn around them, each with how many of its features.
    pub contexts: &'a [(&'a Context<'a>, usize)],
    /// Whether provinces are drawn.
    pub provinces: bool,
    /// Whether the map is one of the world.
    pub world: bool,
    /// The words.
    pub words: &'a Words,
}

/// The groups of a key. `table` collects the symbols that they show.
///
/// # Errors
/// An embedded basemap that is broken.
pub fn groups(key: &Key, table: &mut SymbolTable) -> Result<Vec<Group>> {
    let Key { classes, choropleth, symbols, size, sites, ports, contexts, provinces, world, words } =
        *key;
    let mut groups = Vec::new();
    if let Some(choropleth) = choropleth.filter(|_| !sites.is_empty()) {
        groups.push(choropleth.key(table)?);
    }
    let mut group = |heading: &str, entries: Vec<Entry>| {
        groups.push(Group { heading: heading.to_string(), entries });
    };
    if let Some(symbols) = symbols.filter(|_| !sites.is_empty()) {
        group(&classes.heading, classes_of(sites, classes, size, words, table));
        if symbols.marks_byproduct() {
            group(&words.production.heading, production(sites, size, &words.production, table));
        }
        if symbols.mark_uncertain {
            group(&words.status.heading, status(sites, size, &words.status, table));
        }
    }
    if !ports.is_empty() {
        let size = size * symbols::PORT_SHARE;
        group(&words.ports.heading, port_kinds(ports, size, &words.ports, table));
    }
    let mut lines = vec![
        Entry::line(base::thinner(base::border_paint(), world), &words.boundaries.international),
        Entry::line(base::thinner(base::disputed_paint(), world), &words.boundaries.disputed),
    ];
    if provinces {
        lines.push(Entry::line(base::province_paint(), &words.boundaries.provincial));
    }
    group(&words.boundaries.heading, lines);
    let (areas, rest): (Vec<_>, Vec<_>) = contexts.iter().partition(|(one, _)| one.has_areas());
    let parts = match contexts.len() > CONTEXT_TOGETHER && !areas.is_empty() && !rest.is_empty() {
        true => vec![(&words.context.areas, areas), (&words.context.others, rest)],
        false => vec![(&words.context.heading, contexts.iter().collect())],
    };
    for (heading, contexts) in parts.into_iter().filter(|(_, contexts)| !contexts.is_empty()) {
        let entries = contexts.iter().flat_map(|(one, count)| one.entries(*count, table));
        group(heading, entries.collect());
    }
    Ok(groups)
}

fn classes_of(
    sites: &[&Site],
    classes: &Classes,
    size: f64,
    words: &Words,
    table: &mut SymbolTable,
) -> Vec<Entry> {
    let mut counts = vec![0; classes.all().len()];
    for site in sites {
        if let Some(count) = counts.get_mut(classes.number(site)) {
            *count += 1;
        }
    }
    let of_types = classes.by == Attribute::ReeType;
    let mut entries = Vec::new();
    for (class, count) in classes.all().iter().zip(counts) {
        // That there is no heavy site is worth a line; of open lists only what is there is.
        if of_types || count > 0 {
            let look = Look { class, open: false, dot: false };
            table.entry(look.id(size)).or_insert_with(|| look.draw(size));
            entries.push(Entry::symbol(look.id(size), &class.label, count));
        }
    }
    if of_types {
        entries.push(Entry::remark(&words.types.remark));
    }
    entries
}

fn production(
    sites: &[&Site],
    size: f64,
    words: &language::Production,
    table: &mut SymbolTable,
) -> Vec<Entry> {
    let byproduct = |site: &Site| matches!(site.status, Status::Byproduct | Status::PastByproduct);
    vec![
        sample(table, size, false, false, &words.producer, count(sites, |site| !byproduct(site))),
        sample(table, size, false, true, &words.byproduct, count(sites, byproduct)),
    ]
}

fn status(
    sites: &[&Site],
    size: f64,
    words: &language::Status,
    table: &mut SymbolTable,
) -> Vec<Entry> {
    let assumed = count(sites, |site| site.status == Status::AssumedActive);
    let stated = count(sites, |site| site.status_certain);
    let unknown = count(sites, |site| site.status == Status::Unknown);
    let doubted = sites.len() - stated - assumed - unknown;
    let mut entries = vec![sample(table, size, false, false, &words.stated, stated)];
    if doubted > 0 {
        entries.push(sample(table, size, true, false, &words.doubted, doubted));
    }
    if assumed > 0 {
        entries.push(sample(table, size, true, false, &words.assumed, assumed));
    }
    if unknown > 0 {
        entries.push(sample(table, size, true, false, &words.unknown, unknown));
    }
    entries
}

fn port_kinds(
    ports: &[&Port],
    size: f64,
    words: &language::Ports,
    table: &mut SymbolTable,
) -> Vec<Entry> {
    let rare_earths = |port: &&&Port| port.exports_rare_earths == Some(true);
    let closed = ports.iter().filter(rare_earths).count();
    let assumed = ports.iter().filter(|p| !rare_earths(p) && p.exports_assumed).count();
    let kinds = [
        (true, &words.rare_earths, closed),
        (false, &words.metals, ports.len() - closed - assumed),
        (false, &words.assumed, assumed),
    ];
    let mut entry = |(closed, label, count): (bool, &String, usize)| {
        let id = symbols::port_id(size, closed);
        table.entry(id.clone()).or_insert_with(|| symbols::port(size, closed));
        Entry::symbol(id, label, count)
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
