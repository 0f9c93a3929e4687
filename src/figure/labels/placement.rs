//! The search for places: who chooses first, what is free, who moves for whom.

use std::ops::ControlFlow;

use super::super::scene::Bounds;
use super::area;
use super::candidate::{self, Candidate};
use super::grid::Grid;
use super::segment::{self, Segment};
use super::{Kind, Labels, Of, Request};

/// Air between a leader and the label of another symbol.
const LEADER_AIR: f64 = 0.4;
/// Nearer than this to what it does not name, a label may be misread.
const NEAR: f64 = 2.5;
/// What that costs, for each such thing.
const MISREAD: f64 = 0.15;
/// What lying on context costs.
const ON_CONTEXT: f64 = 1.0;
/// Things near a place that are counted; more make it no worse.
const COUNTED: usize = 64;
/// The pieces that long lines are kept in.
const PIECE: f64 = 16.0;

/// The work of placing.
pub struct Placement<'a> {
    labels: &'a Labels,
    boxes: Grid,
    lines: Vec<Segment>,
    line_grid: Grid,
    context: Grid,
    /// For each request the places that are free of all that is fixed, best first: at first those
    /// without a leader.
    options: Vec<Vec<Candidate>>,
    /// Whether places farther off are among them.
    searched: Vec<bool>,
    /// The places near symbols, for counting whom a label is in the way of.
    wishes: Grid,
    wish_of: Vec<(usize, usize)>,
    standing: Vec<Option<Candidate>>,
    standing_grid: Grid,
}

impl<'a> Placement<'a> {
    /// Nothing placed as yet.
    pub fn new(labels: &'a Labels) -> Self {
        let room = &labels.room;
        let mut boxes = Grid::new(room);
        let mut context = Grid::new(room);
        let mut line_grid = Grid::new(room);
        let numbered = |(index, bounds)| (index as u32, bounds);
        for (index, bounds) in labels.boxes.iter().enumerate().map(numbered) {
            boxes.insert(bounds, index);
        }
        for (index, bounds) in labels.context.iter().enumerate().map(numbered) {
            context.insert(bounds, index);
        }
        let lines: Vec<_> =
            labels.lines.iter().flat_map(|line| segment::pieces(*line, PIECE)).collect();
        for (index, line) in lines.iter().enumerate() {
            line_grid.insert(&segment::around(*line), index as u32);
        }
        let count = labels.requests.len();
        Placement {
            labels,
            boxes,
            lines,
            line_grid,
            context,
            options: vec![Vec::new(); count],
            searched: vec![false; count],
            wishes: Grid::new(room),
            wish_of: Vec::new(),
            standing: vec![None; count],
            standing_grid: Grid::new(room),
        }
    }

    /// Places all; gives for each request the place that it got.
    pub fn run(mut self) -> Vec<Option<Candidate>> {
        let labels = self.labels;
        for (index, request) in labels.requests.iter().enumerate() {
            let options = match &request.of {
                Of::Symbol { at, extent } => {
                    request.settings.iter().flat_map(|s| candidate::near(*at, extent, s)).collect()
                }
                Of::Area(shape) => shape.inside(&request.settings),
            };
            let options = self.weighed(index, options);
            if request.kind() == Kind::Symbol {
                for (rank, option) in options.iter().enumerate() {
                    self.wishes.insert(&option.bounds, self.wish_of.len() as u32);
                    self.wish_of.push((index, rank));
                }
            }
            if let Some(options_here) = self.options.get_mut(index) {
                *options_here = options;
            }
        }
        let mut order: Vec<usize> = (0..labels.requests.len()).collect();
        let key = |index: usize| {
            let (x, y) = labels.requests[index].middle();
            (labels.requests[index].priority, self.options[index].len(), y, x)
        };
        order.sort_by(|&a, &b| {
            let (a, b) = (key(a), key(b));
            b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2)).then(a.3.total_cmp(&b.3))
        });
        for class in
            order.chunk_by(|&a, &b| labels.requests[a].priority == labels.requests[b].priority)
        {
            self.place_class(class);
        }
        self.settle(&order);
        self.standing
    }

    /// Places the requests of one priority: those that find room at hand, then, from the top
    /// down so that leaders seldom cross, the others.
    fn place_class(&mut self, class: &[usize]) {
        let mut waiting: Vec<usize> = Vec::new();
        for &index in class {
            if !self.take_free(index) && !self.make_room(index) {
                waiting.push(index);
            }
        }
        let middle = |index: usize| self.labels.requests[index].middle();
        waiting.sort_by(|&a, &b| {
            let (a, b) = (middle(a), middle(b));
            a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0))
        });
        let mut left = Vec::new();
        for index in waiting {
            self.search_farther(index);
            if !self.take_free(index) && !self.make_room(index) {
                left.push(index);
            }
        }
        for index in left {
            self.search_farther_for_rivals(index);
            self.make_room(index);
        }
    }

    /// Takes the best place that is free, counting whom it is in the way of.
    fn take_free(&mut self, index: usize) -> bool {
        let mut best: Option<(f64, Candidate)> = None;
        for option in &self.options[index] {
            if best.is_some_and(|(cost, _)| cost <= option.cost) {
                break;
            }
            if self.rivals(index, option).is_empty() {
                let cost = option.cost + self.wishes_denied(index, option);
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, *option));
                }
            }
        }
        if let Some((_, candidate)) = best {
            self.stand(index, candidate);
        }
        best.is_some()
    }

    /// Takes a place where one other label stands that can move to another of its places.
    fn make_room(&mut self, index: usize) -> bool {
        for option in self.options[index].clone() {
            let rivals = self.rivals(index, &option);
            let &[rival] = rivals.as_slice() else { continue };
            let Some(before) = self.lift(rival) else { continue };
            let other_place = self.options[rival]
                .iter()
                .find(|other| !conflict(&option, other) && self.rivals(rival, other).is_empty());
            match other_place.copied() {
                Some(other) => {
                    self.stand(rival, other);
                    self.stand(index, option);
                    return true;
                }
                None => self.stand(rival, before),
            }
        }
        false
    }

    /// Adds the places farther off to the options of a request.
    fn search_farther(&mut self, index: usize) {
        let labels = self.labels;
        if self.searched[index] {
            return;
        }
        self.searched[index] = true;
        let request = &labels.requests[index];
        let farther = match (&request.of, request.settings.first()) {
            (_, None) => Vec::new(),
            (Of::Symbol { at, extent }, Some(setting)) => candidate::far(*at, extent, setting),
            // What bears the area's name already need not say it twice.
            (Of::Area(_), _) if labels.land.is_empty() || self.is_named(request) => Vec::new(),
            (Of::Area(shape), Some(setting)) => {
                let other = |(at, other): (usize, &'a Request)| match &other.of {
                    Of::Area(shape) if at != index => Some(shape),
                    _ => None,
                };
                let others: Vec<_> = labels.requests.iter().enumerate().filter_map(other).collect();
                shape.beside(setting, &labels.land, &others)
            }
        };
        let farther = self.weighed(index, farther);
        self.options[index].extend(farther);
    }

    fn search_farther_for_rivals(&mut self, index: usize) {
        let mut all = Vec::new();
        for option in &self.options[index] {
            if let &[rival] = self.rivals(index, option).as_slice()
                && !all.contains(&rival)
            {
                all.push(rival);
            }
        }
        all.into_iter().for_each(|rival| self.search_farther(rival));
    }

    /// Moves labels back to better places that have become free.
    fn settle(&mut self, order: &[usize]) {
        for &index in order {
            let Some(before) = self.lift(index) else { continue };
            let better = self.options[index]
                .iter()
                .take_while(|option| option.cost < before.cost)
                .find(|option| self.rivals(index, option).is_empty());
            let place = better.copied().unwrap_or(before);
            self.stand(index, place);
        }
    }

    /// Whether a symbol's label says what an area is called.
    fn is_named(&self, request: &Request) -> bool {
        let all = self.labels.requests.iter().zip(&self.standing);
        let mut symbols = all.filter(|(other, _)| other.kind() == Kind::Symbol);
        symbols.any(|(other, place)| place.is_some() && other.name == request.name)
    }

    /// Of some places those that are free of all that is fixed, best first, with what is near
    /// them in their cost.
    fn weighed(&self, index: usize, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let request = &self.labels.requests[index];
        let mut free: Vec<_> =
            candidates.into_iter().filter(|one| self.is_free(request, one)).collect();
        for candidate in &mut free {
            let own = match &request.of {
                Of::Symbol { at, .. } => Some(*at),
                Of::Area(_) => None,
            };
            let near = candidate.bounds.grown(NEAR);
            let boxes = &self.labels.boxes;
            let misread = count(&self.boxes, &near, |item| {
                boxes[item].overlaps(&near) && !own.is_some_and(|(x, y)| boxes[item].holds(x, y))
            });
            let context = count(&self.context, &candidate.bounds, |item| {
                self.labels.context[item].overlaps(&candidate.bounds)
            });
            candidate.cost += MISREAD * misread.min(3) as f64 + ON_CONTEXT * context.min(3) as f64;
        }
        free.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        free
    }

    /// Whether a place lies in the room and on nothing that is fixed.
    fn is_free(&self, request: &Request, candidate: &Candidate) -> bool {
        let labels = self.labels;
        let bounds = candidate.with_air();
        let covers = |item: u32| labels.boxes[item as usize].overlaps(&bounds);
        let crossed = |item: u32| segment::crosses(self.lines[item as usize], &bounds);
        labels.room.encloses(&candidate.bounds)
            && !self.boxes.any(&bounds, covers)
            && !self.line_grid.any(&bounds, crossed)
            && candidate.leader.is_none_or(|leader| self.leads_freely(request, leader))
    }

    /// Whether a leader runs through no symbol but those on its own, and over no line.
    fn leads_freely(&self, request: &Request, leader: Segment) -> bool {
        let Of::Symbol { at: (x, y), .. } = request.of else { return false };
        let bounds = segment::around(leader);
        let covers = |item: u32| {
            let covered = &self.labels.boxes[item as usize];
            !covered.holds(x, y) && segment::crosses(leader, covered)
        };
        let crossed = |item: u32| segment::meet(leader, self.lines[item as usize]);
        !self.boxes.any(&bounds, covers) && !self.line_grid.any(&bounds, crossed)
    }

    /// The standing labels that a place conflicts with, itself aside; two tell enough.
    fn rivals(&self, index: usize, candidate: &Candidate) -> Vec<usize> {
        let mut rivals = Vec::new();
        let mut visit = |item: u32| {
            let other = item as usize;
            if other != index
                && !rivals.contains(&other)
                && let Some(standing) = &self.standing[other]
                && conflict(candidate, standing)
            {
                rivals.push(other);
            }
            if rivals.len() < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let found =
            self.standing_grid.visit(&candidate.with_air().grown(area::MOST_AIR), &mut visit);
        if let (Some(leader), ControlFlow::Continue(())) = (candidate.leader, found) {
            // All are told in `rivals`.
            let _ =
                self.standing_grid.visit(&segment::around(leader).grown(LEADER_AIR), &mut visit);
        }
        rivals
    }

    /// How much a place takes from symbols that still wait: for each the share of its places.
    fn wishes_denied(&self, index: usize, candidate: &Candidate) -> f64 {
        let (mut denied, mut seen) = (0.0, 0);
        let bounds = candidate.with_air();
        let _ = self.wishes.visit(&bounds, |item| {
            seen += 1;
            if let Some(&(other, rank)) = self.wish_of.get(item as usize)
                && other != index
                && self.standing[other].is_none()
                && let Some(wish) = self.options[other].get(rank)
                && wish.bounds.overlaps(&bounds)
            {
                denied += 1.0 / self.options[other].len() as f64;
            }
            if seen < COUNTED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        denied
    }

    fn stand(&mut self, index: usize, candidate: Candidate) {
        self.standing_grid.insert(&candidate.bounds, index as u32);
        for piece in candidate.leader.into_iter().flat_map(|line| segment::pieces(line, PIECE)) {
            self.standing_grid.insert(&segment::around(piece), index as u32);
        }
        self.standing[index] = Some(candidate);
    }

    /// Takes a label from its place, which it had.
    fn lift(&mut self, index: usize) -> Option<Candidate> {
        let candidate = self.standing[index].take()?;
        self.standing_grid.remove(&candidate.bounds, index as u32);
        for piece in candidate.leader.into_iter().flat_map(|line| segment::pieces(line, PIECE)) {
            self.standing_grid.remove(&segment::around(piece), index as u32);
        }
        Some(candidate)
    }
}

/// Whether two labels can't stand both.
fn conflict(at_a: &Candidate, at_b: &Candidate) -> bool {
    let runs_through = |leader: Option<Segment>, bounds: &Bounds| {
        leader.is_some_and(|leader| segment::crosses(leader, &bounds.grown(LEADER_AIR)))
    };
    at_a.with_air().overlaps(&at_b.with_air())
        || runs_through(at_a.leader, &at_b.bounds)
        || runs_through(at_b.leader, &at_a.bounds)
        || matches!((at_a.leader, at_b.leader), (Some(a), Some(b)) if segment::meet(a, b))
}

/// How many things near a box pass a test, up to a limit.
fn count(grid: &Grid, bounds: &Bounds, test: impl Fn(usize) -> bool) -> usize {
    let (mut count, mut seen) = (0, 0);
    let _ = grid.visit(bounds, |item| {
        seen += 1;
        count += usize::from(test(item as usize));
        if seen < COUNTED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    count
}
