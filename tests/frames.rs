//! Frames: that a map shows all of what it is to show, whole and on a fitting projection.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::catalogue;
use geo::{Distance, Euclidean, Point};
use proptest::prelude::*;
use reemap::basemap::{self, Scale};
use reemap::figure::frame::{Extent, Frame};
use reemap::figure::projection::Projection;
use reemap::figure::region::{self, Bodies};
use reemap::figure::scene::Bounds;
use reemap::figure::spec::Figure;
use reemap::figure::style::{self, Colour};
use reemap::figure::theme::Theme;
use reemap::figure::{self, Picture};
use reemap::place::Gazetteer;
use reemap::site::{Dataset, Site};
use resvg::tiny_skia::PathSegment;
use resvg::usvg::{Color, Group, Node, Options, Paint, Tree};

fn gazetteer() -> &'static Gazetteer {
    Gazetteer::embedded().unwrap()
}

fn draw(figure: &Figure, sites: &[Site], width: f64) -> reemap::Result<Picture> {
    let mut figure = figure.clone();
    figure.page.width = width;
    figure::draw(&figure, &common::material(sites))
}

fn framed(frame: &str) -> Figure {
    Figure::parse(&format!("title = \"x\"\n[frame]\n{frame}"), "test").unwrap()
}

/// The figure's main map on a panel of its own, without sites.
fn frame_of(figure: &Figure) -> Frame {
    let resolved = region::resolved(figure, &[], &[], gazetteer()).unwrap();
    let spec = &resolved.frame;
    let bbox = spec.bbox.unwrap();
    let projection = Projection::for_box(&spec.projection, bbox).unwrap();
    let extent = spec.fit.map_or(bbox.into(), Extent::Plane);
    let height = Frame::height_for(&projection, extent, 300.0).unwrap();
    let panel = Bounds { left: 0.0, top: 0.0, right: 300.0, bottom: height };
    Frame::region(projection, extent, panel).unwrap()
}

#[test]
fn every_country_is_framed_whole_and_without_streaks() {
    let mut counted = 0;
    for country in basemap::countries(Scale::Fine).unwrap() {
        let code = &country.unit.code;
        let figure = framed(&format!("country = [\"{code}\"]"));
        let frame = frame_of(&figure);
        let bodies = Bodies::of(&[country], &[]);
        assert!(!bodies.boxes.is_empty(), "{code}");
        // China's box is by convention, with the South China Sea in a corner.
        let points = bodies.outlines.iter().flatten().filter(|_| code != "CHN");
        for point in points {
            assert!(frame.place(*point).is_some(), "{code}: {point:?} lies outside");
        }
        let picture = draw(&figure, &[], 89.0).unwrap();
        assert_no_streaks(&picture, frame.degrees_long(frame.panel.width()), code);
        counted += 1;
    }
    assert!(counted > 240);
}

#[test]
fn a_country_is_its_main_body() {
    let bbox = |frame: &str| {
        let figure = framed(frame);
        let resolved = region::resolved(&figure, &[], &[], gazetteer()).unwrap();
        (resolved.frame.bbox.unwrap(), resolved.frame.projection.clone())
    };
    let within = |frame: &str, [west, south, east, north]: [f64; 4]| {
        let (b, _) = bbox(frame);
        assert!(b[0] > west && b[1] > south && b[2] < east && b[3] < north, "{frame}: {b:?}");
        b
    };
    within("country = [\"France\"]", [-7.0, 40.0, 11.0, 53.0]);
    within("country = [\"Norway\"]", [2.0, 56.0, 34.0, 73.0]);
    within("country = [\"USA\"]", [-180.0, 22.0, -60.0, 75.0]);
    within("country = [\"Spain\"]", [-11.0, 34.0, 6.0, 45.0]);
    let fiji = within("country = [\"Fiji\"]", [175.0, -22.0, 184.0, -14.0]);
    assert!(fiji[2] > 180.0, "{fiji:?} crosses the antimeridian");
    let russia = within("country = [\"Russia\"]", [10.0, 38.0, 200.0, 85.0]);
    assert!(russia[2] > 188.0, "{russia:?} holds Chukotka");
    let zealand = within("country = [\"New Zealand\"]", [164.0, -50.0, 181.0, -33.0]);
    assert!(zealand[0] < 167.0);
    let (_, projection) = bbox("country = [\"Antarctica\"]");
    assert!(projection.starts_with("+proj=laea +lat_0=-90"), "{projection}");
    // A site on Hawaii brings its island in.
    let mut site = Site::new(Dataset::Points, "1", "Mauna");
    site.point = Some(Point::new(-155.5, 19.6));
    let resolved = region::resolved(&framed("country = [\"USA\"]"), &[&site], &[], gazetteer())
        .unwrap()
        .frame
        .bbox;
    assert!(resolved.unwrap()[1] < 19.6);
    let (china, albers) = bbox("country = [\"China\"]");
    assert_eq!((china, albers.as_str()), ([74.0, 17.6, 136.0, 53.6], "albers-china"));
    let resolved =
        |figure: &Figure| region::resolved(figure, &[], &[], gazetteer()).unwrap().into_owned();
    let figure = resolved(&Figure::open("2").unwrap());
    let resolved = resolved(&framed("country = [\"China\"]"));
    assert_eq!(resolved.inset.first().unwrap().title, figure.inset.first().unwrap().title);
    assert_eq!(resolved.frame.focus, figure.frame.focus);
}

#[test]
fn a_wrong_frame_is_refused_with_what_to_do() {
    let refused = |text: &str| Figure::parse(text, "mine.toml").unwrap_err().to_string();
    let both = refused("title = \"x\"\n[frame]\nbbox = [1, 2, 3, 4]\ncountry = [\"Chile\"]");
    assert!(both.starts_with("mine.toml, line 2") && both.contains(": frame: "), "{both}");
    let line = refused("title = \"x\"\n[frame]\nbbox = [10, 50, 20, 40]");
    assert!(line.contains("line 3") && line.contains("[73, 17, 136, 54]"), "{line}");
    let text = "title = \"x\"\n[frame]\ncountry = [\"Austrlia\"]";
    let unknown = Figure::parse(text, "mine.toml").unwrap_err();
    assert!(unknown.to_string().starts_with("mine.toml, line 3"), "{unknown}");
    assert!(unknown.hint().unwrap().contains("Australia"));
    let figure = Figure::open("2").unwrap();
    let error = figure.clone().reframed("Brasilien", gazetteer()).unwrap_err();
    assert!(error.hint().unwrap().contains("W,S,E,N"), "{error}");
    for (text, holds) in [("data", false), ("world", false), ("-20,-36,55,38", true)] {
        let frame = figure.clone().reframed(text, gazetteer()).unwrap().frame;
        assert_eq!(frame.bbox.is_some(), holds, "{text}");
    }
}

#[test]
fn poles_and_the_antimeridian_make_sound_maps() {
    let sites = &catalogue().sites;
    for frame in [
        "bbox = [-180, 60, 180, 90]",
        "bbox = [-180, -90, 180, -60]",
        "bbox = [160, 60, -165, 72]",
        "bbox = [-120, 65, 60, 90]",
        "projection = \"+proj=laea +lat_0=90 +lon_0=30 +datum=WGS84\"",
        "projection = \"+proj=laea +lat_0=-90 +lon_0=-100 +datum=WGS84\"",
        "bbox = [113.55, 23.7, 116.45, 26.15]",
    ] {
        let picture = draw(&framed(frame), sites, 120.0).unwrap();
        assert_no_streaks(&picture, 2.5, frame);
    }
}

#[test]
fn a_single_site_has_surroundings() {
    let mut site = Site::new(Dataset::Points, "1", "Alone");
    for at in [(114.8, 24.9), (179.99, -17.0), (-30.0, 89.9), (0.0, -90.0)] {
        site.point = Some(Point::from(at));
        let picture = draw(&framed("data = true"), std::slice::from_ref(&site), 89.0).unwrap();
        assert_eq!((picture.counts.drawn, picture.counts.outside_frame), (1, 0), "{at:?}");
    }
    let none = draw(&framed("data = true"), &[], 89.0).unwrap();
    assert_eq!(none.counts.drawn, 0);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(24)
    })]

    #[test]
    fn any_sites_lie_in_the_frame_of_data(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
        width in 60.0..200.0,
    ) {
        let all = &catalogue().sites;
        let located: Vec<_> =
            all.iter().filter(|s| s.point.is_some() && s.dataset == Dataset::GlobalRee).collect();
        let sites: Vec<Site> = picks.iter().map(|pick| (*pick.get(&located)).clone()).collect();
        let picture = draw(&framed("data = true"), &sites, width).unwrap();
        prop_assert_eq!(picture.counts.outside_frame, 0);
    }

    #[test]
    fn any_box_makes_a_map_without_streaks(
        west in -180.0..180.0_f64, south in -90.0..88.0_f64,
        wide in 0.5..355.0_f64, high in 0.5..120.0_f64,
    ) {
        let (east, north) = (west + wide, (south + high).min(90.0));
        let east = if east > 180.0 { east - 360.0 } else { east };
        let frame = format!("bbox = [{west:.2}, {south:.2}, {east:.2}, {north:.2}]");
        let picture = draw(&framed(&frame), &[], 89.0).unwrap();
        assert_no_streaks(&picture, wide.min(high), &frame);
    }
}

/// The longest straight piece of coast in the data, in degrees.
const LONGEST: f64 = 1.5;

/// No long straight piece of an outline of land, but along a panel's edge or a border that is one,
/// on a map so many degrees wide.
fn assert_no_streaks(picture: &Picture, degrees: f64, what: &str) {
    let svg = picture.scene.svg();
    let tree = Tree::from_str(&svg, &Options::default()).unwrap();
    let mut shapes = Shapes::default();
    shapes.collect(tree.root());
    let streak = shapes.land.iter().flatten().find(|(from, to)| {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let widest = shapes.panels.iter().map(|p| p.width().max(p.height())).fold(0.0, f64::max);
        length > widest * (LONGEST / degrees).max(0.3)
            && !shapes.panels.iter().any(|panel| along_edge(panel, *from, *to))
            && !shapes.borders.iter().any(|(a, b)| near(*from, *to, *a, *b))
            && shapes.parts_land_from_sea(*from, *to)
    });
    assert!(streak.is_none(), "{what}: a line across the land: {streak:?}");
}

fn along_edge(panel: &Bounds, a: (f64, f64), b: (f64, f64)) -> bool {
    let on = |x: f64, y: f64, edge: f64| (x - edge).abs() < 0.2 && (y - edge).abs() < 0.2;
    on(a.0, b.0, panel.left)
        || on(a.0, b.0, panel.right)
        || on(a.1, b.1, panel.top)
        || on(a.1, b.1, panel.bottom)
}

/// Whether the middle of a line lies on another.
fn near(a: (f64, f64), b: (f64, f64), c: (f64, f64), d: (f64, f64)) -> bool {
    let middle = Point::new((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
    Euclidean.distance(&middle, &geo::Line::new(c, d)) < 1.5
}

type Edge = ((f64, f64), (f64, f64));

#[derive(Default)]
struct Shapes {
    /// The outlines, by the path they belong to.
    land: Vec<Vec<Edge>>,
    borders: Vec<Edge>,
    panels: Vec<Bounds>,
}

impl Shapes {
    /// Whether a reader can see the line: on the ice the data is cut, and what lies on both sides
    /// is of one colour.
    fn parts_land_from_sea(&self, a: (f64, f64), b: (f64, f64)) -> bool {
        let (x, y) = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        let length = (b.0 - a.0).hypot(b.1 - a.1);
        let aside = ((b.1 - a.1) / length * 0.3, (a.0 - b.0) / length * 0.3);
        self.is_land(x + aside.0, y + aside.1) != self.is_land(x - aside.0, y - aside.1)
    }

    fn is_land(&self, x: f64, y: f64) -> bool {
        let crossed = |(a, b): &&Edge| {
            (a.1 > y) != (b.1 > y) && x < a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1)
        };
        self.land.iter().any(|path| path.iter().filter(crossed).count() % 2 == 1)
    }

    fn collect(&mut self, group: &Group) {
        let theme = Theme::open("print").unwrap();
        let rgb = |colour: Colour| {
            let [_, red, green, blue] = theme.rgb(colour).to_be_bytes();
            Paint::Color(Color::new_rgb(red, green, blue))
        };
        let fills = [style::LAND, style::FOCUS].map(rgb);
        let (sea, border) = (rgb(style::SEA), rgb(style::BORDER));
        for node in group.children() {
            match node {
                Node::Group(group) => self.collect(group),
                Node::Path(path) => {
                    let mut edges = Vec::new();
                    let (mut start, mut last) = ((0.0, 0.0), (0.0, 0.0));
                    for segment in path.data().segments() {
                        let mut to = |p: (f64, f64)| {
                            edges.push((last, p));
                            last = p;
                        };
                        match segment {
                            PathSegment::MoveTo(p) => {
                                last = (f64::from(p.x), f64::from(p.y));
                                start = last;
                            }
                            PathSegment::LineTo(p) => to((f64::from(p.x), f64::from(p.y))),
                            PathSegment::Close => to(start),
                            _ => {}
                        }
                    }
                    let fill = path.fill().map(|fill| fill.paint());
                    let stroke = path.stroke().map(|stroke| stroke.paint());
                    if fill.is_some_and(|fill| fills.contains(fill)) {
                        self.land.push(edges);
                    } else if fill == Some(&sea) {
                        let b = path.data().bounds();
                        self.panels.push(Bounds {
                            left: f64::from(b.left()),
                            top: f64::from(b.top()),
                            right: f64::from(b.right()),
                            bottom: f64::from(b.bottom()),
                        });
                    } else if stroke == Some(&border) {
                        self.borders.extend(edges);
                    }
                }
                _ => {}
            }
        }
    }
}
