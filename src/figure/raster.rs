//! A scene as pixels: the same shapes in the same order as its SVG has them.
//!
//! Texts are set by `usvg`, as any reader of the SVG sets them; all else goes straight from the
//! scene to `tiny_skia`, which spares writing and parsing it. A symbol is prepared once, however
//! often it is used, and a line's outline is found once, however many bands of the picture it
//! crosses.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use resvg::tiny_skia::{
    FillRule, LineJoin, Paint, Path, PathBuilder, PathStroker, PixmapMut, Point, Stroke,
    StrokeDash, Transform,
};
use resvg::usvg::{self, Group, Tree};
use svgtypes::{SimplePathSegment, SimplifyingPathParser};

use super::scene::{self, Node, Scene};
use super::sheet::Sheet;
use super::theme::Theme;

/// A scene, ready to be drawn at one scale.
pub struct Raster {
    /// From points of the scene to pixels.
    page: Transform,
    shapes: Vec<Shape>,
    /// What is drawn, first things at the bottom.
    pieces: Vec<Piece>,
}

/// A shape in one colour.
struct Shape {
    path: Path,
    paint: Paint<'static>,
    kind: Kind,
    /// How far it reaches beyond the path's points.
    reach: f32,
}

enum Kind {
    Area(FillRule),
    /// A line thinner than a pixel, which is drawn as one of a fainter colour.
    Hair(Stroke),
}

/// A shape at a place.
struct Piece {
    shape: usize,
    place: Transform,
    /// The rows of pixels that it touches, at least.
    rows: Range<f32>,
}

impl Raster {
    /// Prepares a scene for a picture of a size in pixels; `lettering` is that of the scene.
    pub fn new(scene: &Scene, lettering: &Sheet, (width, height): (u32, u32)) -> Self {
        let whole = lettering.tree.size();
        let (across, down) = (width as f32 / whole.width(), height as f32 / whole.height());
        let page = Transform::from_scale(across, down).pre_concat(view(&lettering.tree));
        let mut raster = Raster { page, shapes: Vec::new(), pieces: Vec::new() };
        let texts = texts(&lettering.tree);
        let mut drawing = Drawing { raster: &mut raster, theme: &scene.theme, texts, next: 1 };
        let symbols = scene.symbols.iter().map(|(id, nodes)| (id.as_str(), drawing.symbol(nodes)));
        let symbols: HashMap<&str, Vec<usize>> = symbols.collect();
        drawing.nodes(&scene.nodes, &symbols);
        raster
    }

    /// Draws what the rows of pixels from `top` down show.
    pub fn draw(&self, top: u32, pixels: &mut PixmapMut) {
        let rows = top as f32..(top + pixels.height()) as f32;
        let page = self.page.post_translate(0.0, -rows.start);
        let seen = |piece: &&Piece| piece.rows.start < rows.end && piece.rows.end > rows.start;
        for piece in self.pieces.iter().filter(seen) {
            let Some(Shape { path, paint, kind, .. }) = self.shapes.get(piece.shape) else {
                continue;
            };
            let place = page.pre_concat(piece.place);
            match kind {
                Kind::Area(rule) => pixels.fill_path(path, paint, *rule, place, None),
                Kind::Hair(stroke) => pixels.stroke_path(path, paint, stroke, place, None),
            }
        }
    }

    /// Adds an area. A path without width or height has none.
    fn area(&mut self, path: Path, rule: FillRule, colour: u32, opacity: u8) -> Option<usize> {
        let bounds = path.bounds();
        let is_area = bounds.width() > 0.0 && bounds.height() > 0.0;
        is_area.then(|| self.shape(path, Kind::Area(rule), colour, opacity, 0.0))
    }

    /// Adds a line: its outline as an area, or the line itself where it is thinner than a pixel.
    fn line(&mut self, path: &Path, mut stroke: Stroke, colour: u32) -> Option<usize> {
        let scale = PathStroker::compute_resolution_scale(&self.page);
        let dashed = match stroke.dash.take() {
            Some(dash) => Some(path.dash(&dash, scale)?),
            None => None,
        };
        let path = dashed.as_ref().unwrap_or(path);
        // As `stroke_path` parts the two.
        let is_hair = stroke.width * self.page.sx <= 1.0 && stroke.width * self.page.sy <= 1.0;
        let reach = if is_hair { stroke.width } else { 0.0 };
        let (path, kind) = match is_hair {
            true => (path.clone(), Kind::Hair(stroke)),
            false => (path.stroke(&stroke, scale)?, Kind::Area(FillRule::Winding)),
        };
        Some(self.shape(path, kind, colour, u8::MAX, reach))
    }

    fn shape(&mut self, path: Path, kind: Kind, colour: u32, opacity: u8, reach: f32) -> usize {
        let [_, red, green, blue] = colour.to_be_bytes();
        let mut paint = Paint::default();
        paint.set_color_rgba8(red, green, blue, opacity);
        self.shapes.push(Shape { path, paint, kind, reach });
        self.shapes.len() - 1
    }

    fn piece(&mut self, shape: usize, place: Transform) {
        let Some(Shape { path, reach, .. }) = self.shapes.get(shape) else { return };
        let (bounds, whole) = (path.bounds(), self.page.pre_concat(place));
        let row = |y: f32| {
            let mut point = Point::from_xy(bounds.left(), y);
            whole.map_point(&mut point);
            point.y
        };
        // With room for what antialiasing adds.
        let rows = row(bounds.top() - reach) - 2.0..row(bounds.bottom() + reach) + 2.0;
        self.pieces.push(Piece { shape, place, rows });
    }
}

/// The work of turning a scene's nodes into pieces.
struct Drawing<'a> {
    raster: &'a mut Raster,
    theme: &'a Theme,
    /// The letters of each text that is not empty, by its number.
    texts: BTreeMap<usize, Vec<&'a usvg::Path>>,
    /// The number of the next text.
    next: usize,
}

impl Drawing<'_> {
    /// Adds nodes to the picture.
    fn nodes(&mut self, nodes: &[Node], symbols: &HashMap<&str, Vec<usize>>) {
        for node in nodes {
            match node {
                Node::Group { nodes, .. } => self.nodes(nodes, symbols),
                Node::Use { symbol, x, y, .. } => {
                    let at = |value: f64| scene::rounded(value) as f32;
                    let place = Transform::from_translate(at(*x), at(*y));
                    let shapes = symbols.get(symbol.as_str()).into_iter().flatten();
                    shapes.for_each(|&shape| self.raster.piece(shape, place));
                }
                Node::Path { .. } | Node::Text(_) => {
                    for shape in self.shapes(node) {
                        self.raster.piece(shape, Transform::identity());
                    }
                }
            }
        }
    }

    /// The shapes of a symbol, which has no texts.
    fn symbol(&mut self, nodes: &[Node]) -> Vec<usize> {
        let paths = nodes.iter().filter(|node| matches!(node, Node::Path { .. }));
        paths.flat_map(|node| self.shapes(node)).collect()
    }

    /// The shapes of a path or a text.
    fn shapes(&mut self, node: &Node) -> Vec<usize> {
        match node {
            Node::Path { data, paint } => self.path(data, paint),
            Node::Text(_) => {
                let letters = self.texts.remove(&self.next).unwrap_or_default();
                self.next += 1;
                letters.into_iter().flat_map(|path| self.letters(path)).collect()
            }
            Node::Group { .. } | Node::Use { .. } => Vec::new(),
        }
    }

    fn path(&mut self, data: &str, paint: &scene::Paint) -> Vec<usize> {
        let Some(path) = path(data) else { return Vec::new() };
        let line = paint.stroke.and_then(|(colour, width)| {
            let stroke = stroke(scene::rounded(width) as f32, paint.dash)?;
            self.raster.line(&path, stroke, self.theme.rgb(colour))
        });
        let area = paint.fill.and_then(|colour| {
            let colour = self.theme.rgb(colour);
            match paint.opacity {
                None => self.raster.area(path, FillRule::EvenOdd, colour, u8::MAX),
                Some(opacity) => {
                    let opacity = (scene::rounded(opacity) * 255.0).round() as u8;
                    self.raster.area(path, FillRule::Winding, colour, opacity)
                }
            }
        });
        area.into_iter().chain(line).collect()
    }

    /// The letters of a text in one font, its halo below them.
    fn letters(&mut self, path: &usvg::Path) -> Vec<usize> {
        let rgb = |paint: &usvg::Paint| match paint {
            usvg::Paint::Color(c) => u32::from_be_bytes([0, c.red, c.green, c.blue]),
            _ => 0,
        };
        let halo = path.stroke().and_then(|stroke| {
            self.raster.line(path.data(), stroke.to_tiny_skia(), rgb(stroke.paint()))
        });
        let letters = path.fill().and_then(|fill| {
            let rule = match fill.rule() {
                usvg::FillRule::NonZero => FillRule::Winding,
                usvg::FillRule::EvenOdd => FillRule::EvenOdd,
            };
            self.raster.area(path.data().clone(), rule, rgb(fill.paint()), u8::MAX)
        });
        halo.into_iter().chain(letters).collect()
    }
}

/// How a picture's points become the pixels that it states its size in.
fn view(tree: &Tree) -> Transform {
    match tree.root().children() {
        [usvg::Node::Group(group)] => group.transform(),
        _ => Transform::identity(),
    }
}

/// The letters of each text, by its number.
fn texts(tree: &Tree) -> BTreeMap<usize, Vec<&usvg::Path>> {
    fn collect<'a>(group: &'a Group, texts: &mut BTreeMap<usize, Vec<&'a usvg::Path>>) {
        for node in group.children() {
            match node {
                usvg::Node::Group(group) => collect(group, texts),
                usvg::Node::Text(text) => {
                    let number = text.id().strip_prefix("text").and_then(|id| id.parse().ok());
                    let letters = text.flattened().children().iter();
                    let letters = letters.filter_map(|node| match node {
                        usvg::Node::Path(path) => Some(path.as_ref()),
                        _ => None,
                    });
                    texts.extend(number.map(|number| (number, letters.collect())));
                }
                _ => {}
            }
        }
    }
    let mut texts = BTreeMap::new();
    collect(tree.root(), &mut texts);
    texts
}

/// A line of a width as the scene's SVG states it.
fn stroke(width: f32, dash: Option<&str>) -> Option<Stroke> {
    let dash = dash.map(|pattern| {
        StrokeDash::new(pattern.split(' ').filter_map(|part| part.parse().ok()).collect(), 0.0)
    });
    let stroke =
        Stroke { width, line_join: LineJoin::Round, dash: dash.flatten(), ..Stroke::default() };
    (width > 0.0).then_some(stroke)
}

/// A path of SVG path data.
fn path(data: &str) -> Option<Path> {
    let mut path = PathBuilder::new();
    for segment in SimplifyingPathParser::from(data).map_while(std::result::Result::ok) {
        match segment {
            SimplePathSegment::MoveTo { x, y } => path.move_to(x as f32, y as f32),
            SimplePathSegment::LineTo { x, y } => path.line_to(x as f32, y as f32),
            SimplePathSegment::Quadratic { x1, y1, x, y } => {
                path.quad_to(x1 as f32, y1 as f32, x as f32, y as f32);
            }
            SimplePathSegment::CurveTo { x1, y1, x2, y2, x, y } => {
                path.cubic_to(x1 as f32, y1 as f32, x2 as f32, y2 as f32, x as f32, y as f32)
            }
            SimplePathSegment::ClosePath => path.close(),
        }
    }
    path.finish()
}
