//! Sites of tables that may be larger than memory: read, classified, located and selected a block
//! at a time, on all cores, in the order of the rows.
//!
//! Only plain points come so ([`crate::dataset::Aside`]); the official databases are small, and
//! some of their rows belong together. Of each site only what is asked for is filled. Ids are those
//! of the table, and repeat where it repeats them.

use std::collections::HashMap;

use crate::classify::Rules;
use crate::dataset::Aside;
use crate::error::{Error, Notices};
use crate::parallel;
use crate::place::{self, Depth, Gazetteer};
use crate::select::Selector;
use crate::site::{Finding, Needs, Port, ReeType, Segments, Site, Term};
use crate::source::block::Block;

/// How many sites that are in memory make a block.
const HELD: usize = 1024;

/// The most classes that are remembered at a time, by what they rest on.
const REMEMBERED: usize = 4096;

/// What becomes of rows on their way.
pub struct Pass<'a> {
    /// Sites in memory, classified and located.
    pub held: &'a [Site],
    /// Tables to be read.
    pub aside: &'a [Aside],
    /// The rules that classify.
    pub rules: &'a Rules,
    /// The places.
    pub gazetteer: &'a Gazetteer,
    /// How far off a coast a point still counts as in a country, in kilometres.
    pub coast_km: f64,
    /// The ports of which a site's nearest is found; located.
    pub ports: &'a [Port],
    /// What of the sites is asked for.
    pub needs: Needs,
    /// Which sites are asked for.
    pub selector: &'a Selector<'a>,
}

/// What a pass went over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    /// Rows that were read of tables not in memory.
    pub rows: u64,
    /// Sites that were selected.
    pub sites: u64,
    /// Those of them that hold no rare earths.
    pub others: u64,
}

/// A block of sites, in memory or to be read.
enum Piece<'a> {
    Held(&'a [Site]),
    Read(&'a Aside, crate::Result<Box<dyn Block>>),
}

/// What became of a block.
struct Done<T> {
    made: T,
    passed: Passed,
    notices: Notices,
    rows: u64,
    bytes: u64,
    failed: Option<Error>,
}

impl Pass<'_> {
    /// Adds each selected site to what `start` gives, block by block, and hands what came of each
    /// block to `take`, in order; `step` hears how many rows were read in
    /// all, and how many bytes of each block.
    ///
    /// # Errors
    /// A table that can't be read, and the first error of `take`.
    pub fn run<T: Send, E: From<Error>>(
        &self,
        start: impl Fn() -> T + Sync,
        add: impl Fn(&mut T, &Site) + Sync,
        mut take: impl FnMut(T) -> Result<(), E>,
        mut step: impl FnMut(u64, u64),
        notices: &mut Notices,
    ) -> Result<Passed, E> {
        let mut all = Passed::default();
        let held = self.held.chunks(HELD).map(Piece::Held);
        let read = self.aside.iter().flat_map(|aside| {
            let (blocks, failed) = match aside.blocks() {
                Ok(blocks) => (Some(blocks), None),
                Err(error) => (None, Some(Err(error))),
            };
            let blocks = blocks.into_iter().flatten().chain(failed);
            blocks.map(move |block| Piece::Read(aside, block))
        });
        let work = |piece| self.work(piece, start(), &add);
        let take = |done: Done<T>| -> Result<(), E> {
            let Done { made, passed, notices: noted, rows, bytes, failed } = done;
            all.sites += passed.sites;
            all.others += passed.others;
            notices.join(noted);
            all.rows += rows;
            step(all.rows, bytes);
            take(made)?;
            failed.map_or(Ok(()), |error| Err(error.into()))
        };
        parallel::in_order(held.chain(read), work, take)?;
        Ok(all)
    }

    fn work<T>(&self, piece: Piece<'_>, made: T, add: impl Fn(&mut T, &Site)) -> Done<T> {
        let mut done = Done {
            made,
            passed: Passed::default(),
            notices: Notices::default(),
            rows: 0,
            bytes: 0,
            failed: None,
        };
        match piece {
            Piece::Held(sites) => {
                for site in sites.iter().filter(|site| self.selector.matches(site)) {
                    done.passed.add(site);
                    add(&mut done.made, site);
                }
            }
            Piece::Read(_, Err(error)) => done.failed = Some(error),
            Piece::Read(aside, Ok(block)) => self.read(aside, block, &mut done, add),
        }
        done
    }

    fn read<T>(
        &self,
        aside: &Aside,
        block: Box<dyn Block>,
        done: &mut Done<T>,
        add: impl Fn(&mut T, &Site),
    ) {
        // Most of a site is filled once the filters have let it through.
        let mut first = Needs::default();
        self.selector.needs(&mut first);
        let more = self.needs.without(&first);
        let table = aside.table();
        let wanted = table.wanted(&self.needs);
        let mut site = table.blank();
        let mut classes = Classes::default();
        done.bytes = block.bytes();
        block.read(&wanted, &mut |row| {
            let filled = row.and_then(|row| {
                done.rows += 1;
                table.fill(row, &first, &mut site, &mut done.notices).map(|()| row)
            });
            match filled {
                Ok(row) => {
                    self.find(&first, &first, &mut site, &mut classes);
                    if self.selector.matches(&site) {
                        table.fill_texts(row, &more, &mut site);
                        self.find(&more, &self.needs, &mut site, &mut classes);
                        done.passed.add(&site);
                        add(&mut done.made, &site);
                    }
                }
                Err(error) => {
                    if let Err(error) = done.notices.skip(error) {
                        done.failed = Some(error);
                    }
                }
            }
        });
    }

    /// Finds what is missing of a site's classes and places; a place as far as `all` asks for it.
    fn find(&self, missing: &Needs, all: &Needs, site: &mut Site, classes: &mut Classes) {
        if missing.class {
            classes.fill(site, self.rules);
        }
        if missing.country || missing.province || missing.distance {
            let depth = if all.province { Depth::Province } else { Depth::Country };
            self.gazetteer.fill(site.point, depth, self.coast_km, all.distance, &mut site.place);
        }
        if missing.port {
            place::nearest_ports(std::slice::from_mut(site), self.ports);
        }
    }
}

impl Passed {
    fn add(&mut self, site: &Site) {
        self.sites += 1;
        self.others += u64::from(site.is_of_other_commodities());
    }
}

/// What the class of a plain point rests on: its kind and its commodities.
type Ground = (Option<Term>, Vec<Term>);

/// The classes of plain points, which rest on their kind and their commodities: many rows have the
/// same.
#[derive(Default)]
struct Classes {
    known: HashMap<Ground, (Segments, Finding<ReeType>)>,
}

impl Classes {
    fn fill(&mut self, site: &mut Site, rules: &Rules) {
        let key = (site.kind.take(), std::mem::take(&mut site.commodities));
        if let Some((segments, ree_type)) = self.known.get(&key) {
            site.segments.clone_from(segments);
            site.ree_type.clone_from(ree_type);
            (site.kind, site.commodities) = key;
            return;
        }
        (site.kind, site.commodities) = key;
        rules.classify(site);
        if self.known.len() < REMEMBERED {
            let key = (site.kind.clone(), site.commodities.clone());
            self.known.insert(key, (site.segments.clone(), site.ree_type.clone()));
        }
    }
}
