//! GeoJSON (RFC 7946, and the `crs` member of its 2008 forerunner), also as a sequence with one
//! feature a line (RFC 8142 and newline-delimited).
//!
//! A file is read feature by feature: [`Scanner`] finds where each begins and ends, and only that
//! much is parsed at a time. Opening reads all of it once, since any feature may bring a property
//! that none before it had. Rows are numbered by feature, from 1.

use std::collections::HashSet;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::block::{Block, Wanted};
use super::content::Content;
use super::encoding::Text;
use super::json::{self, Depth};
use super::{Cell, Column, Crs, Format, Layer, Row, crs};
use crate::error::{At, Error, Result};

/// The most columns that a layer may have.
const WIDEST: usize = 10_000;

/// Opens a file that starts as JSON does; none where it is sound JSON but not GeoJSON.
pub(super) fn open(content: &Content) -> Result<Option<Layer>> {
    let text = Text::detect(content)?;
    let mut notes = text.notes();
    let at = content.at();
    let mut scanner = Scanner::new(text.open()?, content.clone());
    let mut survey = Survey::default();
    let mut features = 0_u64;
    while let Some(piece) = scanner.next_feature()? {
        if features == 0 && !scanner.collection && !is_geojson(&piece.json) {
            return match serde_json::from_slice::<IgnoredAny>(&piece.json) {
                Ok(_) => Ok(None),
                Err(error) => Err(malformed(&at, piece.start.plus(&error), &error)),
            };
        }
        features += 1;
        survey.take(&piece.json);
        if survey.names.len() > WIDEST {
            let reason = format!("has more than {WIDEST} different properties: it is no table");
            return Err(Error::input(at, reason));
        }
    }
    if !survey.typed && (features > 0 || !scanner.collection) {
        return Ok(None);
    }
    let mut names = survey.names;
    let id = survey.id && !names.iter().any(|name| name == "id");
    if id {
        names.insert(0, "id".into());
    }
    if features == 0 {
        notes.push("the collection holds no features".into());
    }
    let crs = match &scanner.crs {
        Some(json) => crs::from_geojson(json),
        None => Crs::Wgs84,
    };
    let columns: Vec<Column> =
        names.into_iter().map(|name| Column { name, ..Column::default() }).collect();
    let shape = Arc::new(Shape { at: at.clone(), id, columns: columns.clone() });
    let content = content.clone();
    Ok(Some(Layer {
        name: content.stem(),
        format: Format::GeoJson,
        at,
        columns,
        spatial: survey.geometry,
        crs,
        documented_by: None,
        notes,
        blocks: {
            let (text, content, shape) = (text.clone(), content.clone(), Arc::clone(&shape));
            Some(Arc::new(move || {
                let scanner = Scanner::new(text.open()?, content.clone());
                Ok(Box::new(Cutter { scanner, shape: Arc::clone(&shape), number: 0, ended: false }))
            }))
        },
        reader: Arc::new(move || {
            Ok(Box::new(Features {
                scanner: Scanner::new(text.open()?, content.clone()),
                shape: Arc::clone(&shape),
                number: 0,
                ended: false,
            }))
        }),
    }))
}

/// The types of geometries; all but `Feature` that may stand alone.
const GEOMETRIES: [&str; 7] = [
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
];

fn is_geojson(json: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Typed {
        r#type: Option<String>,
    }
    serde_json::from_slice::<Typed>(json)
        .ok()
        .and_then(|typed| typed.r#type)
        .is_some_and(|name| is_type(&name))
}

fn is_type(name: &str) -> bool {
    name == "Feature" || GEOMETRIES.contains(&name)
}

fn malformed(at: &At, place: Position, error: &serde_json::Error) -> Error {
    Error::input(at.clone(), format!("is malformed at {place}: {}", bare(error)))
        .with_hint("check the file with a JSON validator, or export it again")
}

/// The parser's message without its own line and column, which count from the feature's start.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

/// What the features of a file have in common: the union of their properties.
#[derive(Default)]
struct Survey {
    names: Vec<String>,
    known: HashSet<String>,
    id: bool,
    geometry: bool,
    /// Whether any value had the type of a feature or a geometry.
    typed: bool,
}

impl Survey {
    fn take(&mut self, json: &[u8]) {
        if self.quick(json).is_some() {
            return;
        }
        // A feature that does not parse is told of when rows are read.
        let _ = SurveyFeature(self).deserialize(&mut serde_json::Deserializer::from_slice(json));
    }

    /// The same for a feature whose members are plain, without looking into its coordinates; none,
    /// and nothing taken, for any other.
    fn quick(&mut self, json: &[u8]) -> Option<()> {
        let members = json::members(json)?;
        let (mut properties, mut geometry, mut id, mut typed) = (None, false, false, false);
        for (name, value) in members {
            match name {
                b"type" if value == b"\"Feature\"" => typed = true,
                b"properties" if value.starts_with(b"{") => properties = Some(value),
                b"properties" if value == b"null" => {}
                b"geometry" if value.starts_with(b"{") => geometry = true,
                b"geometry" if value == b"null" => {}
                b"id" => id |= value != b"null",
                b"type" | b"properties" | b"geometry" | b"coordinates" | b"geometries" => {
                    return None;
                }
                _ => {}
            }
        }
        self.typed |= typed;
        self.geometry |= geometry;
        self.id |= id;
        if let Some(properties) = properties {
            let mut json = serde_json::Deserializer::from_slice(properties);
            // A feature that does not parse is told of when rows are read.
            let _ = SurveyProperties(self).deserialize(&mut json);
        }
        Some(())
    }
}

type Outcome<E> = std::result::Result<(), E>;

/// Reads the keys of a feature and passes over its values.
struct SurveyFeature<'a>(&'a mut Survey);

impl<'de> DeserializeSeed<'de> for SurveyFeature<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Outcome<D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for SurveyFeature<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Outcome<A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "properties" => map.next_value_seed(SurveyProperties(self.0))?,
                "geometry" => {
                    self.0.geometry |= map.next_value::<Option<IgnoredAny>>()?.is_some();
                }
                "coordinates" | "geometries" => {
                    map.next_value::<IgnoredAny>()?;
                    self.0.geometry = true;
                }
                "type" => {
                    let name = map.next_value::<Value>()?;
                    self.0.typed |= name.as_str().is_some_and(is_type);
                }
                "id" => self.0.id |= map.next_value::<Option<IgnoredAny>>()?.is_some(),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct SurveyProperties<'a>(&'a mut Survey);

impl<'de> DeserializeSeed<'de> for SurveyProperties<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Outcome<D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SurveyProperties<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the properties of a feature")
    }
    fn visit_unit<E>(self) -> Outcome<E> {
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Outcome<A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            map.next_value::<IgnoredAny>()?;
            if self.0.known.insert(key.clone()) {
                self.0.names.push(key);
            }
        }
        Ok(())
    }
}

/// What turns a feature into a row.
struct Shape {
    at: At,
    /// Whether the first column is the features' `id` member.
    id: bool,
    columns: Vec<Column>,
}

struct Features {
    scanner: Scanner,
    shape: Arc<Shape>,
    number: u64,
    ended: bool,
}

impl Iterator for Features {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.scanner.next_feature() {
            Ok(Some(piece)) => {
                self.number += 1;
                Some(self.shape.row(&piece, self.number))
            }
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(error) => {
                self.ended = true;
                Some(Err(error))
            }
        }
    }
}

/// How many bytes of features make a block.
const BLOCK: usize = 1 << 18;

/// Cuts a file into blocks of features.
struct Cutter {
    scanner: Scanner,
    shape: Arc<Shape>,
    number: u64,
    ended: bool,
}

/// Features that are not yet parsed.
struct Pieces {
    pieces: Vec<Piece>,
    shape: Arc<Shape>,
    /// The number of the last feature before them.
    before: u64,
    /// What kept the file from being read on.
    failed: Option<Error>,
}

impl Iterator for Cutter {
    type Item = Result<Box<dyn Block>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut block = Pieces {
            pieces: Vec::new(),
            shape: Arc::clone(&self.shape),
            before: self.number,
            failed: None,
        };
        let mut bytes = 0;
        while !self.ended && bytes < BLOCK {
            match self.scanner.next_feature() {
                Ok(Some(piece)) => {
                    bytes += piece.json.len();
                    self.number += 1;
                    block.pieces.push(piece);
                }
                Ok(None) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    block.failed = Some(error);
                }
            }
        }
        let nothing = block.pieces.is_empty() && block.failed.is_none();
        (!nothing).then(|| Ok(Box::new(block) as Box<dyn Block>))
    }
}

impl Block for Pieces {
    fn read(self: Box<Self>, _: &Wanted, each: &mut dyn FnMut(Result<&Row>)) {
        for (number, piece) in (self.before + 1..).zip(&self.pieces) {
            match self.shape.row(piece, number) {
                Ok(row) => each(Ok(&row)),
                Err(error) => each(Err(error)),
            }
        }
        if let Some(error) = self.failed {
            each(Err(error));
        }
    }

    fn bytes(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.json.len() as u64).sum()
    }
}

impl Shape {
    fn row(&self, piece: &Piece, number: u64) -> Result<Row> {
        if let Some(row) = self.quick(&piece.json, number) {
            return Ok(row);
        }
        let lost = |reason: String| Error::row(self.at.clone().row(number), reason);
        let value: Value = serde_json::from_slice(&piece.json).map_err(|error| {
            lost(format!("is malformed at {}: {}", piece.start.plus(&error), bare(&error)))
        })?;
        let Value::Object(mut feature) = value else {
            return Err(lost(format!("at {} is not an object", piece.start)));
        };
        let kind = feature.get("type").and_then(Value::as_str).unwrap_or_default();
        let (geometry, properties) = match kind {
            "Feature" => {
                let properties = match feature.remove("properties") {
                    Some(Value::Object(properties)) => properties,
                    None | Some(Value::Null) => Map::new(),
                    Some(_) => return Err(lost("has properties that are not an object".into())),
                };
                (feature.remove("geometry").unwrap_or_default(), properties)
            }
            kind if GEOMETRIES.contains(&kind) => {
                (Value::Object(std::mem::take(&mut feature)), Map::new())
            }
            "" => return Err(lost("has no type, where `Feature` is expected".into())),
            kind => return Err(lost(format!("is of type `{kind}`, not `Feature`"))),
        };
        let geometry =
            match geometry {
                Value::Null => None,
                geometry => Some(to_geo(geometry).map_err(|reason| {
                    lost(format!("has a geometry that cannot be read: {reason}"))
                })?),
            };
        Ok(Row { number, cells: self.cells(properties, feature.remove("id")), geometry })
    }

    /// The row of a feature that is plain: a point or polygons, and nothing that isn't known.
    fn quick(&self, json: &[u8], number: u64) -> Option<Row> {
        let (mut properties, mut geometry, mut id, mut typed) = (None, None, None, false);
        for (name, value) in json::members(json)? {
            match name {
                b"type" if value == b"\"Feature\"" && !typed => typed = true,
                b"properties" if properties.is_none() => {
                    properties = Some(serde_json::from_slice::<Option<Map<_, _>>>(value).ok()?);
                }
                b"geometry" if geometry.is_none() => geometry = Some(json::geometry(value)?),
                b"id" if id.is_none() => id = Some(serde_json::from_slice(value).ok()?),
                _ => return None,
            }
        }
        let properties = properties.flatten().unwrap_or_default();
        typed.then(|| Row { number, cells: self.cells(properties, id), geometry })
    }

    fn cells(&self, mut properties: Map<String, Value>, id: Option<Value>) -> Vec<Cell> {
        let mut id = id.filter(|_| self.id);
        let cell = |column: &Column| {
            id.take().or_else(|| properties.swap_remove(&column.name)).map_or(Cell::Empty, cell)
        };
        self.columns.iter().map(cell).collect()
    }
}

fn cell(value: Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Bool(truth) => Cell::Boolean(truth),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Cell::Integer(integer),
            (None, Some(real)) => Cell::Real(real),
            (None, None) => Cell::Text(number.to_string()),
        },
        Value::String(text) if text.is_empty() => Cell::Empty,
        Value::String(text) => Cell::Text(text),
        nested => Cell::Text(nested.to_string()),
    }
}

/// The geometry in two dimensions; an empty one is an error's reason.
fn to_geo(value: Value) -> std::result::Result<geo::Geometry<f64>, String> {
    let geometry: geojson::Geometry =
        serde_json::from_value(value).map_err(|error| error.to_string())?;
    // geojson 1.0 looks at the length of a point's position alone, and panics at another's.
    if !is_placed(&geometry) {
        return Err("a position has fewer than two numbers".into());
    }
    geo::Geometry::try_from(geometry).map_err(|error| error.to_string())
}

/// Whether all its positions have two numbers or more.
fn is_placed(geometry: &geojson::Geometry) -> bool {
    use geojson::GeometryValue as Of;
    let all = |positions: &[geojson::Position]| positions.iter().all(|it| it.len() > 1);
    match &geometry.value {
        Of::Point { coordinates } => coordinates.len() > 1,
        Of::MultiPoint { coordinates } | Of::LineString { coordinates } => all(coordinates),
        Of::MultiLineString { coordinates } | Of::Polygon { coordinates } => {
            coordinates.iter().all(|line| all(line))
        }
        Of::MultiPolygon { coordinates } => coordinates.iter().flatten().all(|ring| all(ring)),
        Of::GeometryCollection { geometries } => geometries.iter().all(is_placed),
    }
}

/// A place in a text, counted from 1; columns count bytes.
#[derive(Debug, Clone, Copy)]
struct Position {
    line: usize,
    column: usize,
}

impl Position {
    /// Where an error of the parser lies, which counts from here.
    fn plus(self, error: &serde_json::Error) -> Self {
        match error.line() {
            0 | 1 => {
                Position { line: self.line, column: self.column + error.column().saturating_sub(1) }
            }
            line => Position { line: self.line + line - 1, column: error.column() },
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The JSON text of one feature and where it starts.
struct Piece {
    json: Vec<u8>,
    start: Position,
}

/// Cuts a text into features by brackets and strings alone.
struct Scanner {
    reader: Box<dyn Read + Send>,
    content: Content,
    buffer: Vec<u8>,
    next: usize,
    filled: usize,
    position: Position,
    inside: Inside,
    /// All that was passed since a top-level object began, until it turns out a collection.
    tape: Option<Vec<u8>>,
    /// Whether a `features` array was met.
    collection: bool,
    /// The JSON text of a collection's `crs` member.
    crs: Option<Vec<u8>>,
}

/// Where in the file a scanner stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Between top-level values.
    File,
    /// In a `features` array, before the first element or after one.
    FirstFeature,
    Features,
    /// In a collection, after its `features` array.
    Collection,
}

impl Scanner {
    fn new(reader: Box<dyn Read + Send>, content: Content) -> Self {
        Scanner {
            reader,
            content,
            buffer: vec![0; 1 << 18],
            next: 0,
            filled: 0,
            position: Position { line: 1, column: 1 },
            inside: Inside::File,
            tape: None,
            collection: false,
            crs: None,
        }
    }

    /// The next feature, or top-level value that is no collection.
    fn next_feature(&mut self) -> Result<Option<Piece>> {
        loop {
            self.skip_space()?;
            match self.inside {
                Inside::File => match self.peek()? {
                    None => return Ok(None),
                    Some(b'{') => {
                        if let Some(piece) = self.top_level()? {
                            return Ok(Some(piece));
                        }
                    }
                    Some(_) => return Err(self.unexpected("`{`")),
                },
                Inside::FirstFeature | Inside::Features => match self.peek()? {
                    Some(b']') => {
                        self.advance()?;
                        self.inside = Inside::Collection;
                    }
                    Some(b',') if self.inside == Inside::Features => {
                        self.advance()?;
                        self.skip_space()?;
                        return self.value().map(Some);
                    }
                    Some(_) if self.inside == Inside::FirstFeature => {
                        self.inside = Inside::Features;
                        return self.value().map(Some);
                    }
                    _ => return Err(self.unexpected("`,` or `]` after a feature")),
                },
                Inside::Collection => match self.peek()? {
                    Some(b'}') => {
                        self.advance()?;
                        self.inside = Inside::File;
                    }
                    Some(b',') => {
                        self.advance()?;
                        self.member()?;
                    }
                    _ => return Err(self.unexpected("`,` or `}`")),
                },
            }
        }
    }

    /// Reads a top-level object up to its `features` array, or all of it where it has none.
    fn top_level(&mut self) -> Result<Option<Piece>> {
        let start = self.position;
        self.tape = Some(Vec::new());
        self.advance()?;
        self.skip_space()?;
        while self.peek()? != Some(b'}') {
            if self.member()? {
                self.tape = None;
                return Ok(None);
            }
            self.skip_space()?;
            match self.peek()? {
                Some(b',') => {
                    self.advance()?;
                }
                Some(b'}') => {}
                _ => return Err(self.unexpected("`,` or `}`")),
            }
        }
        self.advance()?;
        Ok(Some(Piece { json: self.tape.take().unwrap_or_default(), start }))
    }

    /// Reads a member of a top-level object; true where it was the start of a `features` array.
    fn member(&mut self) -> Result<bool> {
        self.skip_space()?;
        if self.peek()? != Some(b'"') {
            return Err(self.unexpected("a member's name"));
        }
        let key = self.value()?.json;
        self.skip_space()?;
        if self.peek()? != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.advance()?;
        self.skip_space()?;
        if key == b"\"features\"" && self.peek()? == Some(b'[') {
            self.advance()?;
            self.collection = true;
            self.inside = Inside::FirstFeature;
            return Ok(true);
        }
        let value = self.value()?.json;
        if key == b"\"crs\"" {
            self.crs = Some(value);
        }
        Ok(false)
    }

    /// Reads one value of any kind, by brackets and strings alone.
    fn value(&mut self) -> Result<Piece> {
        let start = self.position;
        let mut json = Vec::new();
        let first = self.peek()?;
        if let Some(mut depth) = first.and_then(Depth::of) {
            loop {
                if self.peek()?.is_none() {
                    return Err(self.truncated(start));
                }
                let text = self.buffer.get(self.next..self.filled).unwrap_or_default();
                let (length, ends) = depth.pass(text);
                self.pass(length, &mut json);
                if ends {
                    return Ok(Piece { json, start });
                }
            }
        }
        while let Some(byte) = self.peek()? {
            if matches!(byte, b'}' | b']' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n') {
                break;
            }
            json.extend(self.advance()?);
        }
        if json.is_empty() && first.is_none() {
            return Err(self.truncated(start));
        }
        if json.is_empty() {
            return Err(self.unexpected("a value"));
        }
        Ok(Piece { json, start })
    }

    /// Passes over white space, and over the record separator of RFC 8142.
    fn skip_space(&mut self) -> Result<()> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n' | 0x1E) = self.peek()? {
            self.advance()?;
        }
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<u8>> {
        while self.next == self.filled {
            match self.reader.read(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(count) => (self.next, self.filled) = (0, count),
                Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(self.content.failed(cause)),
            }
        }
        Ok(self.buffer.get(self.next).copied())
    }

    fn advance(&mut self) -> Result<Option<u8>> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.next += 1;
            if let Some(tape) = &mut self.tape {
                tape.push(byte);
            }
            self.position = match byte {
                b'\n' => Position { line: self.position.line + 1, column: 1 },
                _ => Position { column: self.position.column + 1, ..self.position },
            };
        }
        Ok(byte)
    }

    /// Passes over so many bytes of the buffer, and keeps them.
    fn pass(&mut self, length: usize, json: &mut Vec<u8>) {
        let text = self.buffer.get(self.next..self.next + length).unwrap_or_default();
        json.extend_from_slice(text);
        if let Some(tape) = &mut self.tape {
            tape.extend_from_slice(text);
        }
        let mut ends = memchr::memchr_iter(b'\n', text);
        if let Some(last) = ends.next_back() {
            self.position.line += 1 + ends.count();
            self.position.column = text.len() - last;
        } else {
            self.position.column += text.len();
        }
        self.next += length;
    }

    fn unexpected(&mut self, wanted: &str) -> Error {
        match self.peek() {
            Ok(Some(_)) => Error::input(
                self.content.at(),
                format!("is malformed at {}: expected {wanted}", self.position),
            )
            .with_hint("check the file with a JSON validator, or export it again"),
            Ok(None) => self.truncated(self.position),
            Err(error) => error,
        }
    }

    fn truncated(&self, start: Position) -> Error {
        Error::input(
            self.content.at(),
            format!("ends at {} within the JSON that starts at {start}", self.position),
        )
        .with_hint("the file is cut off; copy or download it again")
    }
}
