//! Areas filled by how many of the sites lie in them.
//!
//! Counts of sites are whole numbers and skewed: many areas hold one, few hold most. Classes
//! therefore part the logarithms of the counts, at round numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::base;
use super::chart::Bar;
use super::classes::Value;
use super::frame::{self, Frame};
use super::language::Words;
use super::legend::{Entry, Group, Sample, grouped};
use super::map::SymbolTable;
use super::scene::{Node, Paint, PathData};
use super::spec::{self, Attribute, Division};
use super::style::{BORDER, Colour, FOCUS, Fill, LAND, Role};
use crate::basemap::{self, Area};
use crate::error::Result;
use crate::place::Gazetteer;
use crate::site::{Site, Unit};

/// A class of counts, both its ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least count.
    pub from: usize,
    /// The greatest.
    pub to: usize,
}

impl Range {
    /// Whether a count is of the class.
    pub fn holds(&self, count: usize) -> bool {
        (self.from..=self.to).contains(&count)
    }

    fn label(&self) -> String {
        match self.from == self.to {
            true => grouped(self.from),
            false => format!("{}–{}", grouped(self.from), grouped(self.to)),
        }
    }
}

/// Areas with their counts.
pub struct Choropleth<'a> {
    by: Division,
    heading: String,
    /// The areas that hold sites.
    counts: BTreeMap<Unit, usize>,
    classes: Vec<Range>,
    /// Sites that lie in no area.
    pub nowhere: usize,
    /// Alpha-3 codes of the countries that the figure is about.
    focus: &'a [String],
    words: &'a Words,
}

impl<'a> Choropleth<'a> {
    /// The areas that some sites lie in; a site without a location counts where it is stated to be.
    pub fn of(
        spec: &spec::Choropleth,
        sites: &[&Site],
        gazetteer: &Gazetteer,
        focus: &'a [String],
        words: &'a Words,
    ) -> Self {
        let mut counts: BTreeMap<Unit, usize> = BTreeMap::new();
        let mut nowhere = 0;
        for site in sites {
            match spec.by.attribute().of(site, gazetteer) {
                Some(Value::Place(unit)) => *counts.entry(unit).or_default() += 1,
                _ => nowhere += 1,
            }
        }
        let all: Vec<usize> = counts.values().copied().collect();
        let heading = match spec.title.of(words.language()) {
            "" => spec.by.heading(words),
            title => title,
        };
        Choropleth {
            by: spec.by,
            heading: heading.into(),
            classes: classes(&all, spec.classes),
            counts,
            nowhere,
            focus,
            words,
        }
    }

    /// The counts, by area.
    pub fn counts(&self) -> &BTreeMap<Unit, usize> {
        &self.counts
    }

    /// The classes, fewest first.
    pub fn classes(&self) -> &[Range] {
        &self.classes
    }

    fn class_of(&self, count: usize) -> Option<usize> {
        self.classes.iter().position(|class| class.holds(count))
    }

    /// The fills of bars of each class, then of those that stand for no area.
    pub fn fills(&self) -> Vec<Fill> {
        let colours = (0..self.classes.len()).map(|class| self.colour(class)).chain([BORDER]);
        colours.map(|colour| Fill { colour, striped: false }).collect()
    }

    /// The ramp begins where it parts from the land.
    fn colour(&self, class: usize) -> Colour {
        let share = match self.classes.len() {
            0 | 1 => 600,
            count => 180 + 720 * class / (count - 1),
        };
        Colour::Role(Role::Ramp(share as u16))
    }

    /// Gives a chart's bars the colours of the areas that they stand for.
    pub fn paint(&self, bars: &mut [Bar], by: Attribute) {
        for bar in bars {
            let total = bar.total();
            let is_area = by == self.by.attribute() && !bar.summed;
            let class = self.class_of(total).filter(|_| is_area).unwrap_or(self.classes.len());
            bar.counts = vec![0; self.classes.len() + 1];
            bar.counts[class] = total;
        }
    }

    /// The areas on a map, to lie on its land.
    ///
    /// # Errors
    /// An embedded basemap that is broken.
    pub fn draw(&self, frame: &Frame, map: &str) -> Result<Node> {
        let mut fills: Vec<PathData> = self.classes.iter().map(|_| PathData::default()).collect();
        // As the land below them is.
        let tolerance = match frame.islets {
            true => 0.0,
            false => frame.degrees_long(frame::TOLERANCE / 2.0),
        };
        let mut add = |area: &Area| {
            let count = self.counts.get(&area.unit).copied().unwrap_or(0);
            if let Some(fill) = self.class_of(count).and_then(|class| fills.get_mut(class))
                && frame.sees(&area.bounds)
            {
                let shape = area.shape_seen(tolerance, |bounds| frame.sees(bounds));
                shape.iter().for_each(|polygon| frame.polygon(polygon, fill));
            }
        };
        let mut nodes = Vec::new();
        let mut borders = PathData::default();
        match self.by {
            Division::Country => basemap::countries(base::scale(frame))?.iter().for_each(&mut add),
            Division::Province => {
                let with_sites = self.countries()?;
                let with_sites: Vec<&str> = with_sites.iter().map(String::as_str).collect();
                basemap::provinces_simplified(&with_sites, 0.0)?.iter().for_each(&mut add);
                // Those of the countries that the map is about stand above anyway.
                let others: Vec<&str> = with_sites
                    .into_iter()
                    .filter(|code| !self.focus.iter().any(|focus| focus == code))
                    .collect();
                let lines = basemap::province_lines(&others, tolerance)?;
                lines.iter().for_each(|line| frame.line(line, &mut borders));
            }
        }
        for (class, fill) in fills.into_iter().enumerate() {
            nodes.push(Node::Path { data: fill.data, paint: Paint::fill(self.colour(class)) });
        }
        nodes.push(Node::Path { data: borders.data, paint: base::province_paint() });
        nodes.retain(|node| !matches!(node, Node::Path { data, .. } if data.is_empty()));
        Ok(Node::Group { id: format!("choropleth-{map}"), nodes })
    }

    /// The countries that have provinces with sites.
    fn countries(&self) -> Result<BTreeSet<String>> {
        let provinces = basemap::provinces()?.into_iter();
        let with_sites = provinces.filter(|area| self.counts.contains_key(&area.unit));
        Ok(with_sites.map(|area| area.country.clone()).collect())
    }

    /// The group of the key, with how many areas each class has; `table` collects its boxes.
    ///
    /// # Errors
    /// An embedded basemap that is broken.
    pub fn key(&self, table: &mut SymbolTable) -> Result<Group> {
        let mut of_box = |id: String, colour: Colour| {
            let (left, right, top, bottom) = (0.0, 9.0, -2.7, 2.7);
            let mut path = PathData::default();
            path.ring(&[(left, top), (right, top), (right, bottom), (left, bottom)]);
            let paint = Paint::fill(colour).outlined(BORDER, 0.3);
            table.entry(id.clone()).or_insert(vec![Node::Path { data: path.data, paint }]);
            Sample::Area(id)
        };
        let land = if self.focus.is_empty() { LAND } else { FOCUS };
        let sample = of_box("choropleth-0".into(), land);
        let mut entries = vec![Entry { sample, label: "0".into(), count: self.empty()? }];
        for (number, class) in self.classes.iter().enumerate() {
            let sample = of_box(format!("choropleth-{}", number + 1), self.colour(number));
            let count = self.counts.values().filter(|count| class.holds(**count)).count();
            entries.push(Entry { sample, label: class.label(), count: Some(count) });
        }
        let sites: usize = self.counts.values().sum();
        let remark = match self.by {
            Division::Country => &self.words.choropleth.countries,
            Division::Province => &self.words.choropleth.provinces,
        };
        let remark = remark.of(self.counts.len()).replace("{sites}", &grouped(sites));
        entries.push(Entry::remark(remark));
        Ok(Group { heading: self.heading.clone(), entries })
    }

    /// How many provinces of the countries that the map is about hold no site; none where it is
    /// about none.
    fn empty(&self) -> Result<Option<usize>> {
        if self.by == Division::Country || self.focus.is_empty() {
            return Ok(None);
        }
        let provinces = basemap::provinces()?.into_iter();
        let in_focus = provinces.filter(|area| self.focus.contains(&area.country));
        Ok(Some(in_focus.filter(|area| !self.counts.contains_key(&area.unit)).count()))
    }
}

/// The leading digits of round numbers, in tenths, the roundest first.
const ROUND: [&[usize]; 3] =
    [&[10, 20, 50], &[10, 15, 20, 30, 50, 70], &[10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90]];

/// At most `most` classes of some counts, the fewest first. Each holds a count, none overlap,
/// and together they hold all but 0; the last ends at the greatest count.
///
/// Classes begin at numbers that are as round as makes that many classes, or one fewer, and among
/// these where the logarithms of the counts vary least within classes. Counts of so few values
/// that each has a class are not rounded.
pub fn classes(counts: &[usize], most: usize) -> Vec<Range> {
    let mut counts: Vec<usize> = counts.iter().copied().filter(|count| *count > 0).collect();
    counts.sort_unstable();
    let (Some(&least), Some(&greatest)) = (counts.first(), counts.last()) else {
        return Vec::new();
    };
    let mut distinct = counts.clone();
    distinct.dedup();
    if distinct.len() <= most {
        return distinct.into_iter().map(|count| Range { from: count, to: count }).collect();
    }
    let enough = [most, most.saturating_sub(1).max(3)];
    let rounded = ROUND.iter().map(|digits| round(digits, least, greatest)).chain([distinct]);
    let starts = rounded
        .flat_map(|starts| enough.map(|number| best(&counts, &starts, number)))
        .flatten()
        .next()
        .unwrap_or_default();
    let ends = starts.iter().map(|start| start - 1).chain([greatest]);
    let starts = [least].into_iter().chain(starts.iter().copied());
    starts.zip(ends).map(|(from, to)| Range { from, to }).collect()
}

/// The round numbers above `least` up to `greatest`.
fn round(digits: &[usize], least: usize, greatest: usize) -> Vec<usize> {
    let scales = std::iter::successors(Some(1usize), |scale| scale.checked_mul(10));
    let scales = scales.take_while(|scale| *scale <= greatest);
    let numbers = scales.flat_map(|scale| digits.iter().map(move |digit| digit.checked_mul(scale)));
    let whole = numbers.flatten().filter(|tenths| tenths % 10 == 0).map(|tenths| tenths / 10);
    whole.filter(|number| *number > least && *number <= greatest).collect()
}

/// The starts, one fewer than classes, that part sorted counts best; none where some class would
/// be empty whichever are taken.
fn best(counts: &[usize], starts: &[usize], classes: usize) -> Option<Vec<usize>> {
    // Sums of the logarithms and of their squares up to each count: the variance of any run.
    let mut sums = vec![(0.0, 0.0)];
    for count in counts {
        let log = (*count as f64).ln();
        let (sum, squares) = sums.last().copied().unwrap_or_default();
        sums.push((sum + log, squares + log * log));
    }
    let spread = |from: usize, to: usize| {
        let (sum, squares) = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
        squares - sum * sum / (to - from) as f64
    };
    // The places at which classes may begin, each once, with the roundest number that does so.
    let mut places: Vec<(usize, usize)> = Vec::new();
    for &start in starts {
        let place = counts.partition_point(|count| *count < start);
        match places.last_mut() {
            _ if place == 0 => {}
            Some((last, kept)) if *last == place => {
                *kept = std::cmp::max_by_key(*kept, start, |number| roundness(*number));
            }
            _ => places.push((place, start)),
        }
    }
    // For each number of classes, the best parting of what lies before each place.
    places.push((counts.len(), 0));
    let mut parted: Vec<Option<(f64, Vec<usize>)>> =
        places.iter().map(|(place, _)| Some((spread(0, *place), Vec::new()))).collect();
    for _ in 1..classes {
        parted = (0..places.len())
            .map(|to| {
                let mut found: Option<(f64, Vec<usize>)> = None;
                for from in 0..to {
                    let Some((before, starts)) = &parted[from] else { continue };
                    let total = before + spread(places[from].0, places[to].0);
                    // A gain that is rounding is none: the first found stays.
                    if found.as_ref().is_none_or(|(least, _)| total < least - 1e-9) {
                        let starts = starts.iter().copied().chain([places[from].1]).collect();
                        found = Some((total, starts));
                    }
                }
                found
            })
            .collect();
    }
    parted.pop().flatten().map(|(_, starts)| starts)
}

/// How round a number is: zeros at its end, then fives.
fn roundness(number: usize) -> (u32, bool) {
    let zeros = (1..).take_while(|zeros| number.is_multiple_of(10usize.saturating_pow(*zeros)));
    (zeros.count() as u32, number.is_multiple_of(5))
}
