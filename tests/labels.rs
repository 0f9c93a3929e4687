//! Label placement: what stands lies on nothing, and the most important stands first.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::Instant;

use common::catalogue;
use proptest::prelude::*;
use reemap::basemap;
use reemap::figure;
use reemap::figure::frame::Frame;
use reemap::figure::labels::{self, Kind, Label, Labels, Placed, Segment};
use reemap::figure::projection::Projection;
use reemap::figure::scene::{Bounds, Node, Scene, Text};
use reemap::figure::spec::Figure;

const ROOM: Bounds = Bounds { left: 10.0, top: 20.0, right: 210.0, bottom: 160.0 };

/// A symbol to be labelled.
#[derive(Debug, Clone)]
struct Symbol {
    at: (f64, f64),
    radius: f64,
    name: String,
    priority: i32,
}

impl Symbol {
    fn extent(&self) -> Bounds {
        let ((x, y), radius) = (self.at, self.radius);
        Bounds { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }
    }
}

/// All that is asked of a placement.
#[derive(Debug, Clone)]
struct Task {
    symbols: Vec<Symbol>,
    boxes: Vec<Bounds>,
    lines: Vec<Vec<(f64, f64)>>,
    areas: Vec<(Vec<(f64, f64)>, String)>,
}

impl Task {
    fn labels(&self) -> Labels {
        let mut labels = Labels::new(ROOM);
        self.boxes.iter().for_each(|bounds| labels.keep_off(*bounds));
        self.lines.iter().for_each(|line| labels.keep_off_line(line));
        for symbol in &self.symbols {
            labels.keep_off(symbol.extent());
            labels.symbol(symbol.at, symbol.extent(), &symbol.name, symbol.priority);
        }
        for (ring, name) in &self.areas {
            labels.area(std::slice::from_ref(ring), name, 0);
        }
        labels
    }

    fn place(&self) -> Placed {
        self.labels().place()
    }
}

/// Points within the room and around it.
fn point() -> impl Strategy<Value = (f64, f64)> {
    (0.0..220.0, 10.0..170.0)
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{1,9}",
        "[A-Z][a-z]{2,6} [A-Z][a-z]{2,6}",
        "[\u{5317}\u{5357}\u{6c5f}\u{897f}\u{5e7f}\u{4e1c}]{2,5}",
    ]
}

fn symbol() -> impl Strategy<Value = Symbol> {
    (point(), 0.5..4.0, name(), 1..4i32).prop_map(|(at, radius, name, priority)| Symbol {
        at,
        radius,
        name,
        priority,
    })
}

fn task() -> impl Strategy<Value = Task> {
    let square = (point(), 2.0..60.0, 2.0..40.0).prop_map(|((left, top), width, height)| Bounds {
        left,
        top,
        right: left + width,
        bottom: top + height,
    });
    let ring = (point(), prop::collection::vec(5.0..60.0, 3..12)).prop_map(|((x, y), reaches)| {
        let part = std::f64::consts::TAU / reaches.len() as f64;
        let corner = |(index, reach): (usize, &f64)| {
            let turn = part * index as f64;
            (x + reach * turn.cos(), y + reach * turn.sin())
        };
        reaches.iter().enumerate().map(corner).collect::<Vec<_>>()
    });
    (
        prop::collection::vec(symbol(), 0..60),
        prop::collection::vec(square, 0..3),
        prop::collection::vec(prop::collection::vec(point(), 0..5), 0..4),
        prop::collection::vec((ring, name()), 0..5),
    )
        .prop_map(|(symbols, boxes, lines, areas)| Task { symbols, boxes, lines, areas })
}

/// Whether any of a line lies in a box: cut at each side in turn (Liang and Barsky 1984).
fn runs_through((a, b): Segment, bounds: &Bounds) -> bool {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut from, mut to) = (0.0, 1.0);
    for (p, q) in [
        (-dx, a.0 - bounds.left),
        (dx, bounds.right - a.0),
        (-dy, a.1 - bounds.top),
        (dy, bounds.bottom - a.1),
    ] {
        if p == 0.0 && q < 0.0 {
            return false;
        }
        if p < 0.0 {
            from = f64::max(from, q / p);
        } else if p > 0.0 {
            to = f64::min(to, q / p);
        }
    }
    from < to
}

/// Whether two lines cross at a point inside both.
fn cross((a, b): Segment, (c, d): Segment) -> bool {
    let (r, s) = ((b.0 - a.0, b.1 - a.1), (d.0 - c.0, d.1 - c.1));
    let cross = r.0 * s.1 - r.1 * s.0;
    let (t, u) = (
        ((c.0 - a.0) * s.1 - (c.1 - a.1) * s.0) / cross,
        ((c.0 - a.0) * r.1 - (c.1 - a.1) * r.0) / cross,
    );
    let inside = 1e-6..1.0 - 1e-6;
    cross != 0.0 && inside.contains(&t) && inside.contains(&u)
}

fn segments(line: &[(f64, f64)]) -> Vec<Segment> {
    line.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// What is wrong with the labels, if anything.
fn fault(task: &Task, labels: &[Label]) -> Option<String> {
    let lines: Vec<Segment> = task.lines.iter().flat_map(|line| segments(line)).collect();
    let symbols: Vec<Bounds> = task.symbols.iter().map(Symbol::extent).collect();
    for (index, label) in labels.iter().enumerate() {
        let (bounds, name) = (&label.bounds, &label.name);
        if !ROOM.encloses(bounds) {
            return Some(format!("{name} leaves the room"));
        }
        if task.boxes.iter().chain(&symbols).any(|other| other.overlaps(bounds)) {
            return Some(format!("{name} lies over a symbol or a box"));
        }
        if lines.iter().any(|line| runs_through(*line, bounds)) {
            return Some(format!("{name} lies over a line"));
        }
        if label.lines.iter().any(|line| !bounds.grown(0.01).encloses(&line.bounds())) {
            return Some(format!("{name}: its text is not where its box is"));
        }
        for other in &labels[index + 1..] {
            if bounds.overlaps(&other.bounds) {
                return Some(format!("{name} lies over {}", other.name));
            }
            if let (Some(a), Some(b)) = (label.leader, other.leader)
                && cross(a, b)
            {
                return Some(format!("the leaders of {name} and {} cross", other.name));
            }
        }
        let Some(leader) = label.leader else { continue };
        if labels.iter().enumerate().any(|(at, o)| at != index && runs_through(leader, &o.bounds)) {
            return Some(format!("the leader of {name} crosses a label"));
        }
        if lines.iter().any(|line| cross(leader, *line)) {
            return Some(format!("the leader of {name} crosses a line"));
        }
        // It may run over symbols that lie over its own.
        let own = |bounds: &&Bounds| {
            task.symbols.iter().any(|s| s.name == *name && bounds.holds(s.at.0, s.at.1))
        };
        if symbols.iter().filter(|s| !own(s)).any(|symbol| runs_through(leader, symbol)) {
            return Some(format!("the leader of {name} crosses a symbol"));
        }
    }
    None
}

/// Labels as text, to compare.
fn told(placed: &Placed) -> Vec<String> {
    let label = |label: &Label| format!("{} {:?} {:?}", label.name, label.bounds, label.leader);
    placed.labels.iter().map(label).collect()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

#[test]
fn what_stands_lies_on_nothing() {
    proptest!(config(400), |(task in task())| {
        let placed = task.place();
        prop_assert_eq!(fault(&task, &placed.labels), None);
        prop_assert_eq!(placed.labels.len() + placed.left_out.len(),
            task.symbols.len() + task.areas.len());
        prop_assert_eq!(told(&placed), told(&task.place()));
    });
}

#[test]
fn the_most_important_label_stands_if_it_can_stand_at_all() {
    proptest!(config(200), |(task in task(), chosen in any::<prop::sample::Index>())| {
        prop_assume!(!task.symbols.is_empty());
        let mut task = task;
        let chosen = chosen.index(task.symbols.len());
        task.symbols[chosen].priority = 9;
        task.symbols[chosen].name = "Chosen".into();
        // Alone, but among all the symbols and lines.
        let mut alone = Labels::new(ROOM);
        task.boxes.iter().for_each(|bounds| alone.keep_off(*bounds));
        task.lines.iter().for_each(|line| alone.keep_off_line(line));
        task.symbols.iter().for_each(|symbol| alone.keep_off(symbol.extent()));
        let symbol = &task.symbols[chosen];
        alone.symbol(symbol.at, symbol.extent(), &symbol.name, 1);
        let stands = |placed: &Placed| placed.labels.iter().any(|label| label.name == "Chosen");
        prop_assert_eq!(stands(&task.place()), stands(&alone.place()));
    });
}

#[test]
fn what_is_not_labelled_moves_no_label_that_is_clear_of_it() {
    proptest!(config(100), |(task in task())| {
        let placed = task.place();
        let mut more = task.labels();
        // Beyond the room, an empty name, an area of nothing.
        more.keep_off(Bounds { left: 900.0, top: 900.0, right: 910.0, bottom: 910.0 });
        more.keep_off_line(&[(50.0, 50.0)]);
        more.symbol((100.0, 100.0), ROOM, " ", 9);
        more.area(&[vec![(1.0, 1.0), (2.0, 2.0)]], "Nowhere", 9);
        prop_assert_eq!(told(&more.place()), told(&placed));
    });
}

#[test]
fn a_symbol_alone_is_labelled_upper_right_and_takes_the_next_place_where_it_must() {
    let symbol = Symbol { at: (100.0, 100.0), radius: 2.5, name: "Longnan".into(), priority: 1 };
    let task = |lines: Vec<Vec<(f64, f64)>>| Task {
        symbols: vec![symbol.clone()],
        boxes: Vec::new(),
        lines,
        areas: Vec::new(),
    };
    let at = |lines| task(lines).place().labels[0].clone();
    let middle = |label: &Label| {
        let Bounds { left, top, right, bottom } = label.bounds;
        ((left + right) / 2.0 - 100.0, (top + bottom) / 2.0 - 100.0)
    };
    let upper_right = middle(&at(vec![]));
    assert!(upper_right.0 > 0.0 && upper_right.1 < 0.0, "{upper_right:?}");
    let lower_right = middle(&at(vec![vec![(105.0, 97.0), (140.0, 97.0)]]));
    assert!(lower_right.0 > 0.0 && lower_right.1 > 0.0, "{lower_right:?}");
    let upper_left = middle(&at(vec![vec![(106.0, 80.0), (106.0, 120.0)]]));
    assert!(upper_left.0 < 0.0 && upper_left.1 < 0.0, "{upper_left:?}");
    // Fenced in, it goes over no fence.
    let fence = vec![(96.0, 90.0), (104.0, 90.0), (104.0, 110.0), (96.0, 110.0), (96.0, 90.0)];
    let placed = task(vec![fence]).place();
    assert!(placed.labels.is_empty());
    assert_eq!(placed.left_out, [(Kind::Symbol, "Longnan".to_string())]);
}

#[test]
fn a_neighbour_moves_where_that_lets_both_stand() {
    // The first has the right side only, and the second, more important, prefers its place.
    let symbol = |x, name: &str, priority| Symbol {
        at: (x, 100.0),
        radius: 2.0,
        name: name.into(),
        priority,
    };
    let wall = |x: f64| vec![(x, 0.0), (x, 200.0)];
    let task = Task {
        symbols: vec![symbol(100.0, "Xinfeng", 1), symbol(134.0, "Anyuan", 2)],
        boxes: vec![
            Bounds { left: 90.0, top: 20.0, right: 200.0, bottom: 95.5 },
            Bounds { left: 90.0, top: 104.5, right: 200.0, bottom: 160.0 },
        ],
        lines: vec![wall(97.0), wall(138.0)],
        areas: Vec::new(),
    };
    let names: Vec<_> = task.place().left_out.into_iter().map(|(_, name)| name).collect();
    // Between the walls there is room for one; the less important one goes.
    assert_eq!(names, ["Xinfeng"]);
    let wider = Task { lines: vec![wall(97.0), wall(170.0)], ..task };
    assert!(wider.place().left_out.is_empty());
}

#[test]
fn a_name_of_an_area_breaks_before_it_leaves() {
    let square = |width: f64, height: f64| {
        let (left, top) = (60.0, 60.0);
        vec![(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    };
    let place = |ring: Vec<(f64, f64)>| {
        let mut labels = Labels::new(ROOM);
        labels.area(&[ring], "Inner Mongolia", 1);
        labels.place()
    };
    let lines = |width, height| place(square(width, height)).labels[0].lines.len();
    assert_eq!(lines(80.0, 20.0), 1);
    assert_eq!(lines(30.0, 20.0), 2);
    let tiny = place(square(8.0, 8.0));
    assert_eq!(tiny.left_out, [(Kind::Area, "Inner Mongolia".to_string())]);
    assert_eq!(tiny.symbols_left_out(), 0);
}

#[test]
fn a_long_name_is_cut_where_it_says_more_than_it_has_to() {
    assert_eq!(labels::short("Huangpu (Guangzhou)"), "Huangpu (Guangzhou)");
    let long = "Ganzhou Zhanhai New Material (Longnan, Jiangxi)";
    assert_eq!(labels::short(long), "Ganzhou Zhanhai New Material");
    let chinese = "\u{4e2d}\u{56fd}\u{7a00}\u{571f}\u{96c6}\u{56e2}\u{ff08}\u{6c5f}\u{897f}\u{ff09}\u{6709}\u{9650}\u{516c}\u{53f8}";
    assert_eq!(labels::short(chinese), "\u{4e2d}\u{56fd}\u{7a00}\u{571f}\u{96c6}\u{56e2}");
}

fn scene(name: &str, width: f64) -> Scene {
    let material = common::material(&catalogue().sites);
    let mut figure = Figure::open(name).unwrap();
    figure.page.width = width;
    figure::draw(&figure, &material).unwrap().scene
}

/// The pieces of the layer with that name.
fn layer<'a>(nodes: &'a [Node], name: &str) -> Option<&'a [Node]> {
    nodes.iter().find_map(|node| match node {
        Node::Group { id, nodes } if id == name => Some(nodes.as_slice()),
        Node::Group { nodes, .. } => layer(nodes, name),
        _ => None,
    })
}

fn texts<'a>(scene: &'a Scene, name: &str) -> Vec<&'a Text> {
    let text = |node: &'a Node| match node {
        Node::Text(text) => Some(text),
        _ => None,
    };
    layer(&scene.nodes, name).into_iter().flatten().filter_map(text).collect()
}

/// What a symbol covers around the origin, as the renderer sees it, without its halo.
fn drawn_extent(scene: &Scene, id: &str) -> Bounds {
    let (_, nodes) = scene.symbols.iter().find(|(symbol, _)| symbol == id).unwrap();
    let Some(Node::Path { data, .. }) = nodes.first() else { panic!("{id} is no path") };
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"99\" height=\"99\">\
         <path transform=\"translate(50 50)\" d=\"{data}\"/></svg>"
    );
    let tree = resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default()).unwrap();
    let bounds = tree.root().abs_bounding_box();
    let number = |value: f32| f64::from(value) - 50.0;
    Bounds {
        left: number(bounds.left()),
        top: number(bounds.top()),
        right: number(bounds.right()),
        bottom: number(bounds.bottom()),
    }
}

#[test]
fn no_label_of_a_figure_lies_over_a_symbol() {
    let mut checked = 0;
    for name in ["2", "3"] {
        for width in [89.0, 120.0, 183.0] {
            let scene = scene(name, width);
            for map in ["main", "lens1", "lens2"] {
                let labels = texts(&scene, &format!("{map}-labels"));
                let symbols = ["sites", "ports"]
                    .map(|kind| layer(&scene.nodes, &format!("{map}-{kind}")).unwrap_or_default());
                for node in symbols.into_iter().flatten() {
                    let Node::Use { symbol, x, y, title } = node else { continue };
                    let extent = drawn_extent(&scene, symbol);
                    let bounds = Bounds {
                        left: extent.left + x,
                        top: extent.top + y,
                        right: extent.right + x,
                        bottom: extent.bottom + y,
                    };
                    for label in &labels {
                        checked += 1;
                        assert!(
                            !label.bounds().overlaps(&bounds),
                            "figure {name} at {width} mm, {map}: {:?} lies over {title}",
                            label.text
                        );
                    }
                }
            }
        }
    }
    assert!(checked > 3000, "{checked}");
}

#[test]
fn provinces_are_named_inside() {
    // The frame of figure 2, as wide as its main map.
    let bbox = [74.0, 17.6, 136.0, 53.6];
    for (width, least) in [(220.0, 12), (312.0, 23), (600.0, 28)] {
        let projection = Projection::for_box("albers-china", bbox).unwrap();
        let height = Frame::height_for(&projection, bbox, width).unwrap();
        let panel = Bounds { left: 0.0, top: 0.0, right: width, bottom: height };
        let frame = Frame::region(projection, bbox, panel).unwrap();
        let mut labels = Labels::new(panel);
        let provinces = basemap::provinces_simplified(&["CHN"], 0.01).unwrap();
        let rings = |area: &basemap::Area| -> Vec<_> {
            area.shape().iter().flat_map(|polygon| frame.rings(polygon)).collect()
        };
        provinces.iter().for_each(|one| labels.area(&rings(one), &one.unit.name, 0));
        let placed = labels.place();

        assert!(placed.labels.len() >= least, "{width}: {:?}", placed.left_out);
        let mut overrun = Vec::new();
        for label in &placed.labels {
            let province = provinces.iter().find(|one| one.unit.name == label.name).unwrap();
            let share = share_inside(&rings(province), &label.bounds);
            let Bounds { left, top, right, bottom } = label.bounds;
            let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
            assert!(holds(&rings(province), middle), "{width}: {}", label.name);
            assert!(share > 0.64, "{width}: {} is {share:.2} inside", label.name);
            if share < 0.78 {
                overrun.push(&label.name);
            }
        }
        println!("{width}: {} of {}, overrun: {overrun:?}", placed.labels.len(), provinces.len());
        assert!(overrun.len() * 3 <= placed.labels.len(), "{width}: {overrun:?}");
    }
}

fn holds(rings: &[Vec<(f64, f64)>], (x, y): (f64, f64)) -> bool {
    let mut inside = false;
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let crosses = (a.1 > y) != (b.1 > y);
            inside ^= crosses && x < a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1);
        }
    }
    inside
}

/// The share of a box that lies inside, by 800 points.
fn share_inside(rings: &[Vec<(f64, f64)>], bounds: &Bounds) -> f64 {
    let points = (0..40).flat_map(|i| (0..20).map(move |j| (i, j)));
    let inside = points.filter(|(i, j)| {
        let x = bounds.left + bounds.width() * (f64::from(*i) + 0.5) / 40.0;
        let y = bounds.top + bounds.height() * (f64::from(*j) + 0.5) / 20.0;
        holds(rings, (x, y))
    });
    inside.count() as f64 / 800.0
}

/// Not timed, but told: `cargo test --test labels -- --nocapture thousands`.
#[test]
fn thousands_of_labels_find_their_places() {
    let room = Bounds { left: 0.0, top: 0.0, right: 500.0, bottom: 260.0 };
    for count in [300_u32, 1000, 3000] {
        let mut labels = Labels::new(room);
        for index in 0..count {
            // Strewn at random, the same at each run.
            let (u, v) = (f64::from(index) + 1.0, f64::from(index) + 0.5);
            let (u, v) = ((u * 12.9898).sin() * 43_758.545, (v * 78.233).sin() * 24_634.633);
            let (x, y) = ((u - u.floor()) * 500.0, (v - v.floor()) * 260.0);
            let extent = Bounds { left: x - 1.2, top: y - 1.2, right: x + 1.2, bottom: y + 1.2 };
            labels.keep_off(extent);
            labels.symbol((x, y), extent, "Longnan", 1);
        }
        let start = Instant::now();
        let placed = labels.place();
        let took = start.elapsed();
        println!("{count} labels: {} placed in {took:.1?}", placed.labels.len());
        assert_eq!(placed.labels.len() + placed.symbols_left_out(), count as usize);
        // Where symbols stand thicker, fewer labels lie on none.
        let least = match count {
            300 => 250,
            1000 => 250,
            _ => 20,
        };
        assert!(placed.labels.len() >= least, "{count}: {}", placed.labels.len());
    }
}
