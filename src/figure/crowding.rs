//! Crowded symbols: how many can't be seen, because those drawn after them cover them; where they
//! can stand aside so that they are seen; and where a lens would part the most of them.
//!
//! Symbols count as discs of one radius, which other shapes have the area of. Discs come in the
//! order in which they are drawn.

use std::collections::{BTreeMap, HashMap};

use super::scene::Bounds;

/// A point of the page.
type Spot = (f64, f64);

/// Discs by the square of the page that their middles lie in, as wide as a disc.
struct Grid {
    side: f64,
    cells: HashMap<(i64, i64), Vec<(usize, Spot)>>,
}

impl Grid {
    fn new(radius: f64) -> Self {
        Grid { side: radius * 2.0, cells: HashMap::new() }
    }

    fn of(discs: &[Spot], radius: f64) -> Self {
        let mut grid = Grid::new(radius);
        discs.iter().enumerate().for_each(|(index, &at)| grid.add(index, at));
        grid
    }

    fn cell(&self, (x, y): Spot) -> (i64, i64) {
        ((x / self.side).floor() as i64, (y / self.side).floor() as i64)
    }

    fn add(&mut self, index: usize, at: Spot) {
        self.cells.entry(self.cell(at)).or_default().push((index, at));
    }

    /// The discs whose middles lie within `reach` of a spot, with their numbers.
    fn near(&self, (x, y): Spot, reach: f64) -> impl Iterator<Item = (usize, Spot)> + '_ {
        let from = self.cell((x - reach, y - reach));
        let to = self.cell((x + reach, y + reach));
        (from.0..=to.0)
            .flat_map(move |column| (from.1..=to.1).map(move |row| (column, row)))
            .filter_map(|cell| self.cells.get(&cell))
            .flatten()
            .copied()
            .filter(move |(_, at)| within(*at, (x, y), reach))
    }
}

/// Whether two spots are at most `reach` apart.
fn within(a: Spot, b: Spot, reach: f64) -> bool {
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    dx * dx + dy * dy <= reach * reach
}

/// Spots evenly around the origin.
fn ring(count: usize, reach: f64) -> impl Iterator<Item = Spot> {
    (0..count).map(move |step| {
        let angle = std::f64::consts::TAU * (step as f64 + 0.5) / count as f64;
        (reach * angle.cos(), reach * angle.sin())
    })
}

/// Of discs in the order in which they are drawn, how many are wholly covered by later ones.
pub fn covered(discs: &[Spot], radius: f64) -> usize {
    let grid = Grid::of(discs, radius);
    let rim: Vec<Spot> = ring(24, 0.97 * radius).collect();
    let is_covered = |&index: &usize| {
        let (x, y) = discs[index];
        let rim = rim.iter().map(|(dx, dy)| (x + dx, y + dy));
        std::iter::once((x, y))
            .chain(rim)
            .all(|spot| grid.near(spot, radius).any(|(other, _)| other > index))
    };
    (0..discs.len()).filter(is_covered).count()
}

/// The share of a symbol that has to be seen, else it stands aside: of few symbols more, where
/// there is room.
const SEEN: f64 = 0.15;
const SEEN_OF_FEW: f64 = 0.35;
const FEW: usize = 100;
/// How far a symbol may stand beside its place, in points: less than the eye would place it by.
const ASIDE: f64 = 2.1;
/// The steps in which a place aside is looked for, in radii.
const STEP: f64 = 0.2;
/// With so many symbols around there is no room aside.
const FULL: usize = 150;
/// With more symbols the map is a picture of density, and all stay at their places.
const MOST: usize = 20_000;

/// Where discs stand so that enough of each is seen: those drawn last at their places, of the
/// others the hidden ones as little aside as will do. Where there is no room near, a disc stays.
/// Each hides what is below it to `halo` beyond its rim.
pub fn parted(discs: &[Spot], radius: f64, halo: f64) -> Vec<Spot> {
    let mut places = discs.to_vec();
    if discs.len() > MOST {
        return places;
    }
    let samples: Vec<Spot> = std::iter::once((0.0, 0.0))
        .chain(ring(6, 0.45 * radius))
        .chain(ring(12, 0.85 * radius))
        .collect();
    let shares: &[f64] = if discs.len() > FEW { &[SEEN] } else { &[SEEN_OF_FEW, SEEN] };
    let needs = shares.iter().map(|share| (samples.len() as f64 * share).ceil() as usize);
    let ways: Vec<Spot> = (1..=(ASIDE / STEP / radius) as usize)
        .flat_map(|step| ring(8 + 2 * step, step as f64 * STEP * radius))
        .collect();
    let (cover, touch) = (radius + halo, 2.0 * radius + halo);
    let mut standing = Grid::new(radius);
    let mut above: Vec<Spot> = Vec::with_capacity(FULL);
    for index in (0..discs.len()).rev() {
        let (x, y) = discs[index];
        let near: Vec<Spot> = standing.near((x, y), ASIDE + touch).map(|(_, at)| at).collect();
        if near.len() > FULL {
            standing.add(index, (x, y));
            continue;
        }
        let mut is_seen = |at: Spot, need: usize| {
            above.clear();
            above.extend(near.iter().copied().filter(|other| within(*other, at, touch)));
            let shows = |(dx, dy): &&Spot| {
                let spot = (at.0 + dx, at.1 + dy);
                let hides = above.iter().position(|other| within(*other, spot, cover));
                // What hides one sample is the likeliest to hide the next.
                hides.inspect(|&hides| above.swap(0, hides)).is_none()
            };
            samples.iter().filter(shows).take(need).count() == need
        };
        let aside = ways.iter().map(|(dx, dy)| (x + dx, y + dy));
        let all = std::iter::once((x, y)).chain(aside);
        let place = needs.clone().find_map(|need| all.clone().find(|at| is_seen(*at, need)));
        places[index] = place.unwrap_or((x, y));
        standing.add(index, places[index]);
    }
    places
}

/// How much larger than the main map a lens may be, the largest first.
const TIMES: [f64; 6] = [16.0, 11.0, 8.0, 5.5, 4.0, 3.0];
/// How many symbols a lens has to part to be worth its room.
const WORTH: i64 = 2;
/// How many windows of each size are looked at closely.
const CLOSELY: usize = 12;
/// The share of a window's sides that crowds are looked for in, so that none lies at its edge.
const INNER: f64 = 0.8;
/// How many diameters apart symbols stand in a lens that parts them: with room for their names,
/// and without.
const ROOM: [f64; 2] = [2.0, 0.6];

/// The window of the page that a lens of `lens` (width and height in points) would show so that it
/// parts the most discs: they touch another one on the page, and stand apart in the lens, farther
/// where they are `named` there. None where no lens is worth its room. Windows found before are left
/// alone.
pub fn window(
    discs: &[Spot],
    radius: f64,
    named: bool,
    lens: (f64, f64),
    page: Bounds,
    before: &[Bounds],
) -> Option<Bounds> {
    if discs.len() > MOST {
        return None;
    }
    let grid = Grid::of(discs, radius);
    let crowded = |&(index, at): &(usize, Spot)| {
        !before.iter().any(|window| window.holds(at.0, at.1))
            && grid.near(at, radius * 2.0).any(|(other, _)| other != index)
    };
    let mut crowded: Vec<Spot> =
        discs.iter().copied().enumerate().filter(crowded).map(|(_, at)| at).collect();
    crowded.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best: Option<(i64, Bounds)> = None;
    for times in TIMES {
        let size = (lens.0 / times, lens.1 / times);
        let closer = radius * 2.0 / times;
        let room = closer * ROOM[usize::from(!named)];
        let worth = |window: &Bounds| worth(window, &crowded, discs, closer, room);
        for window in densest(&crowded, size, page).into_iter().take(CLOSELY) {
            let (most, window) = climb(window, page, &worth);
            let apart = !before.iter().any(|other| other.overlaps(&window));
            if apart && most >= WORTH && best.is_none_or(|(before, _)| most > before) {
                best = Some((most, window));
            }
        }
    }
    best.map(|(_, window)| window)
}

/// How many crowded discs a window parts, less those that its edge would cut; `closer` is a
/// symbol's diameter in the lens and `room` how far apart they have to be, measured on the page.
/// The crowded come from left to right.
fn worth(window: &Bounds, crowded: &[Spot], discs: &[Spot], closer: f64, room: f64) -> i64 {
    let inside: Vec<Spot> = crowded.iter().copied().filter(|at| window.holds(at.0, at.1)).collect();
    let is_near = |at: &Spot, other: &Spot| within(*other, *at, room);
    let is_free = |&(index, at): &(usize, &Spot)| {
        let (left, right) = inside.split_at(index);
        let close = |other: &&Spot| (other.0 - at.0).abs() <= room;
        !left.iter().rev().take_while(close).any(|other| is_near(at, other))
            && !right.iter().skip(1).take_while(close).any(|other| is_near(at, other))
    };
    let free = inside.iter().enumerate().filter(is_free).count();
    let (inner, outer) = (window.grown(-2.0 * closer), window.grown(closer / 2.0));
    let cut = discs.iter().filter(|at| outer.holds(at.0, at.1) && !inner.holds(at.0, at.1));
    free as i64 - cut.count() as i64
}

/// The best window that small steps lead to.
fn climb(from: Bounds, page: Bounds, worth: &impl Fn(&Bounds) -> i64) -> (i64, Bounds) {
    let (dx, dy) = (from.width() / 10.0, from.height() / 10.0);
    let mut best = (worth(&from), from);
    for _ in 0..10 {
        let steps = [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)];
        let around = steps.map(|(x, y)| best.1.moved(x * dx, y * dy));
        let inside = around.into_iter().filter(|window| page.encloses(window));
        let Some(next) =
            inside.map(|w| (worth(&w), w)).reduce(|a, b| if b.0 > a.0 { b } else { a })
        else {
            break;
        };
        if next.0 <= best.0 {
            break;
        }
        best = next;
    }
    best
}

/// Windows of a size around the densest crowds, the densest first, moved into the page.
fn densest(crowded: &[Spot], (width, height): (f64, f64), page: Bounds) -> Vec<Bounds> {
    const PARTS: i64 = 3;
    let (across, down) = (width * INNER / PARTS as f64, height * INNER / PARTS as f64);
    let cell = |(x, y): Spot| ((x / across).floor() as i64, (y / down).floor() as i64);
    let mut blocks: BTreeMap<(i64, i64), Vec<Spot>> = BTreeMap::new();
    for &at in crowded {
        let (column, row) = cell(at);
        for block in (0..PARTS).flat_map(|dx| (0..PARTS).map(move |dy| (column - dx, row - dy))) {
            blocks.entry(block).or_default().push(at);
        }
    }
    let mut blocks: Vec<Vec<Spot>> = blocks.into_values().collect();
    blocks.sort_by_key(|members| std::cmp::Reverse(members.len()));
    let around = |members: Vec<Spot>| {
        let of = Bounds::around(members);
        let left = ((of.left + of.right - width) / 2.0).min(page.right - width).max(page.left);
        let top = ((of.top + of.bottom - height) / 2.0).min(page.bottom - height).max(page.top);
        Bounds { left, top, right: left + width, bottom: top + height }
    };
    blocks.into_iter().map(around).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_is_covered_by_later_ones_only() {
        let spot = (10.0, 10.0);
        assert_eq!(covered(&[spot, spot, spot], 1.0), 2);
        assert_eq!(covered(&[spot, (11.0, 10.0)], 1.0), 0, "half seen");
        let around = [(9.3, 10.0), (10.7, 10.0), (10.0, 9.3), (10.0, 10.7)];
        let mut discs = vec![spot];
        discs.extend(around);
        assert_eq!(covered(&discs, 1.0), 1, "covered by several together");
        discs.rotate_left(1);
        assert_eq!(covered(&discs, 1.0), 0, "drawn last");
    }

    #[test]
    fn hidden_discs_stand_aside_and_the_last_drawn_stay() {
        let discs = vec![(10.0, 10.0); 9];
        let places = parted(&discs, 1.0, 0.2);
        assert_eq!(covered(&places, 1.0), 0);
        assert_eq!(places[8], (10.0, 10.0));
        assert!(places.iter().all(|at| within(*at, (10.0, 10.0), ASIDE)));
        let loose = [(0.0, 0.0), (1.0, 0.0), (9.0, 9.0)];
        assert_eq!(parted(&loose, 1.0, 0.0), loose, "what is seen stays");
    }

    #[test]
    fn a_lens_goes_where_it_parts_the_most() {
        let page = Bounds { left: 0.0, top: 0.0, right: 400.0, bottom: 300.0 };
        let row = |x: f64, count: usize| (0..count).map(move |step| (x + step as f64, 100.0));
        let discs: Vec<Spot> = row(50.0, 4).chain(row(300.0, 8)).collect();
        let first = window(&discs, 2.0, true, (150.0, 100.0), page, &[]).unwrap();
        assert!(first.holds(300.0, 100.0) && first.holds(307.0, 100.0), "{first:?}");
        let second = window(&discs, 2.0, true, (150.0, 100.0), page, &[first]).unwrap();
        assert!(second.holds(50.0, 100.0), "{second:?}");
        assert!(window(&discs, 2.0, true, (150.0, 100.0), page, &[first, second]).is_none());
        assert!(
            window(&[(1.0, 1.0); 9], 2.0, true, (150.0, 100.0), page, &[]).is_none(),
            "one place"
        );
    }
}
