//! From what was read to an answer: whether a question can be asked, which sites it is about, and
//! what to say beside it.

use reemap::dataset::gis::Kind;
use reemap::dataset::{Aside, Unsettled};
use reemap::figure::legend::grouped;
use reemap::figure::spec::{Attribute, Figure};
use reemap::select::{Selection, Selector};
use reemap::site::{Dataset, Needs, Site};
use reemap::stream::{Pass, Passed};
use reemap::{Error, Notices, Result, place};

use super::load::Loaded;
use super::terminal::Terminal;

/// What a question asks of the sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// What they are and where.
    Sites,
    /// Their segment too.
    Segments,
    /// For ports, and what they export.
    Ports,
}

impl Loaded {
    /// Stops a question that needs to know what a column means of which that stays open, or that
    /// names a column which there is not.
    ///
    /// # Errors
    /// Such a column in a layer of a dataset that the selection includes.
    pub fn require(&self, selection: &Selection, asks: Asks) -> Result<()> {
        let selector = selection.resolve(self.gazetteer)?;
        if selector.filter().is_some() {
            let own = self.own_columns();
            selector.check(&own.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
        let segments = asks == Asks::Segments || !selection.segment.is_empty();
        let stops = |open: &&Unsettled| {
            let of_ports = open.kind == Kind::Port;
            selector.includes(open.dataset)
                && of_ports == (asks == Asks::Ports)
                && (open.bars_rows() || segments)
        };
        self.collection.unsettled.iter().find(stops).map_or(Ok(()), |open| Err(open.error()))
    }

    /// As [`Self::require`], for all that a figure asks.
    pub fn require_for(&self, figure: &Figure) -> Result<()> {
        let by_segment = figure.chart.iter().any(|chart| chart.by == Attribute::Segment);
        let asks = if by_segment { Asks::Segments } else { Asks::Sites };
        self.require(&figure.sites, asks)?;
        let ports = figure.ports.as_ref();
        ports.map_or(Ok(()), |ports| self.require(&ports.select, Asks::Ports))
    }

    /// Notes that a figure (`this figure`, `figure3`) shows the curated list alone, where the data
    /// given hold sites and it selects none of them.
    ///
    /// # Errors
    /// A word of the figure's filters that names nothing.
    pub fn note_unused(&self, figure: &Figure, called: &str, notices: &mut Notices) -> Result<()> {
        let selector = figure.sites.resolve(self.gazetteer)?;
        let is_curated = |site: &&Site| site.dataset == Dataset::Curated;
        let (curated, own): (Vec<&Site>, Vec<&Site>) =
            self.collection.sites.iter().partition(is_curated);
        let selects = |sites: &[&Site]| sites.iter().any(|site| selector.matches(site));
        if self.given && !own.is_empty() && !selects(&own) && selects(&curated) {
            let sites = match own.len() {
                1 => "the 1 site in the data given is not".into(),
                count => format!("none of the {} sites in the data given is", grouped(count)),
            };
            let only = match figure.sites.dataset.as_slice() {
                [] => String::new(),
                named => format!(", and draws the datasets {} only", named.join(" and ")),
            };
            notices.note(format!("{sites} in {called}; it shows the curated list{only}"));
        }
        Ok(())
    }

    /// The sites that a selection asks for, with a note where there are none, and where the
    /// curated list, which counts only when named, holds more.
    pub fn select<'a>(
        &'a self,
        selection: &Selection,
        terminal: &mut Terminal,
    ) -> Result<(Vec<&'a Site>, Selector<'a>)> {
        self.require(selection, Asks::Sites)?;
        let selector = selection.resolve(self.gazetteer)?;
        let sites: Vec<&Site> =
            self.collection.sites.iter().filter(|site| selector.matches(site)).collect();
        note_others(&sites, &mut terminal.notices);
        self.note_unmatched(selection, &selector, sites.is_empty(), &mut terminal.notices)?;
        Ok((sites, selector))
    }

    /// Passes once over the sites that a selection asks for, also those of tables that are not in
    /// memory: `add` adds each to what `start` gives, and `take` gets that block by block, in
    /// order. Of the sites only what `needs` asks for is filled. With the notes of [`Self::select`].
    pub fn pass<T: Send, E: From<Error>>(
        &self,
        selection: &Selection,
        mut needs: Needs,
        terminal: &mut Terminal,
        start: impl Fn() -> T + Sync,
        add: impl Fn(&mut T, &Site) + Sync,
        take: impl FnMut(T) -> std::result::Result<(), E>,
    ) -> std::result::Result<Passed, E> {
        self.require(selection, Asks::Sites)?;
        let selector = selection.resolve(self.gazetteer)?;
        selector.needs(&mut needs);
        let mut aside = self.collection.aside.clone();
        aside.iter_mut().for_each(|table| table.keep(&needs.own));
        // Sites of other commodities are told of, by their class.
        needs.class |= aside.iter().any(Aside::states_commodities);
        let pass = Pass {
            held: &self.collection.sites,
            aside: &aside,
            rules: &self.rules,
            gazetteer: self.gazetteer,
            coast_km: self.coast_km.unwrap_or(place::TOLERANCE_KM),
            ports: &self.ports,
            needs,
            selector: &selector,
        };
        let progress = (!aside.is_empty()).then(|| terminal.progress_of(self.bytes()));
        let step = |rows, bytes| {
            if let Some(progress) = &progress {
                progress.step(rows, bytes);
            }
        };
        let passed = pass.run(start, add, take, step, &mut terminal.notices)?;
        drop(progress);
        note_others_of(passed.others as usize, passed.sites as usize, &mut terminal.notices);
        self.note_unmatched(selection, &selector, passed.sites == 0, &mut terminal.notices)?;
        Ok(passed)
    }

    /// The columns of the user's own tables of points.
    pub fn own_columns(&self) -> Vec<String> {
        self.collection.own_columns.iter().cloned().collect()
    }

    /// How many bytes of text are in tables that are not in memory.
    fn bytes(&self) -> u64 {
        self.collection.aside.iter().map(Aside::bytes).sum()
    }

    /// Notes what a selection leaves out that a user may miss: sites of the curated list, which
    /// counts only when named, datasets that were not read, all sites.
    fn note_unmatched(
        &self,
        selection: &Selection,
        selector: &Selector<'_>,
        none: bool,
        notices: &mut Notices,
    ) -> Result<()> {
        if selection.dataset.is_empty() && !selection.is_empty() {
            let curated =
                Selection { dataset: vec![Dataset::Curated.name().into()], ..selection.clone() };
            let curated = curated.resolve(self.gazetteer)?;
            let more = self.collection.sites.iter().filter(|site| curated.matches(site)).count();
            if more > 0 {
                notices.note(if more == 1 {
                    "1 site of the curated list also matches; --dataset curated shows it".into()
                } else {
                    format!(
                        "{more} sites of the curated list also match; --dataset curated shows them"
                    )
                });
            }
        }
        for name in &selection.dataset {
            let named = |dataset: Dataset| dataset.name().eq_ignore_ascii_case(name.trim());
            let read = self.collection.sites.iter().any(|site| named(site.dataset))
                || (named(Dataset::Points) && !self.collection.aside.is_empty());
            if !name.eq_ignore_ascii_case("all") && !read {
                notices.note(format!(
                    "no site of the dataset {name} was read; give its files with --data"
                ));
            }
        }
        if none {
            let mut note = match selector.describe() {
                Some(filter) => format!("no site matches: {filter}"),
                None => "no site was read".into(),
            };
            if !selection.deposit_type.is_empty() {
                note.push_str(" (reemap count --by deposit-type lists the deposit types)");
            }
            notices.note(note);
        }
        Ok(())
    }
}

/// Notes sites that hold no rare earths, which the GIS compilations list most of.
pub fn note_others(sites: &[&Site], notices: &mut Notices) {
    let others = sites.iter().filter(|site| site.is_of_other_commodities()).count();
    note_others_of(others, sites.len(), notices);
}

fn note_others_of(others: usize, all: usize, notices: &mut Notices) {
    if others > 0 {
        let (others, all) = (grouped(others), grouped(all));
        notices.note(format!(
            "{others} of {all} sites have no product or commodity of rare earths; --segment \
             upstream,midstream,downstream leaves them out"
        ));
    }
}
