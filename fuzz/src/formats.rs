//! Files of each format, whole or one part of them at a time.

use std::cell::LazyCell;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use reemap::source::open;

use super::files::{folder, joined, parts, with, zipped};
use super::layers::check;
use super::texts;

pub fn csv(input: &[u8]) {
    with(&[("points.csv", input)], check);
}

pub fn csv_seeds() -> Vec<Vec<u8>> {
    let mut seeds = texts(&[
        "name,lon,lat\nBayan Obo,109.97,41.8\n\n\"a, \"\"b\"\"\r\nc\",-115.5,35.5\nshort,1\n,,\n",
        "id;longitude;latitude;country;commodity\r\n1;109°58′E;41°48′N;China;REE; Y (?)\r\n",
        "名称\t经度\t纬度\t省份\n足洞\t114.79\t24.91\t江西\n",
        "a|x|y\ra|1|2\r\rb|3|4",
        "name,name,,lat,lon\n=1+1,+2,-3,@,91\nx,y,z,-90,-180\nx,y,z,90,180.0\n",
        "\u{FEFF}code,x_coord,y_coord,type\n007,500000,4000000,mine\n",
    ]);
    let utf16 = "name,lon,lat\n白云,109,41\n".encode_utf16().flat_map(u16::to_le_bytes);
    seeds.push([0xFF, 0xFE].into_iter().chain(utf16).collect());
    // 白云鄂博 in GBK.
    seeds.push(b"name,lon,lat\n\xB0\xD7\xD4\xC6\xB6\xF5\xB2\xA9,109,41\n".to_vec());
    seeds
}

/// The first byte chooses between CSV and a sequence of GeoJSON; what follows the first line is
/// repeated until it takes several blocks and buffers, which must change nothing but numbers.
pub fn long(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else { return };
    let (name, head, body) = match choice % 2 {
        0 if bytes.starts_with(b"{") => ("points.geojsonl", &b""[..], bytes),
        _ => {
            let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return };
            let (head, body) = bytes.split_at(end + 1);
            // It is the header, and all of it: of several names, with one delimiter, unquoted.
            let is_name = |part: &&[u8]| part.iter().any(u8::is_ascii_alphanumeric);
            let parts = |sign: u8| head.split(move |byte| *byte == sign).filter(is_name).count();
            if head.contains(&b'"') || b",;\t|".iter().filter(|it| parts(**it) > 1).count() != 1 {
                return;
            }
            ("points.csv", head, body)
        }
    };
    // By the head alone the encoding of many copies could be taken for another's, and by NUL the
    // file for no text.
    if !head.is_ascii() || !body.ends_with(b"\n") || body.contains(&0) {
        return;
    }
    let rows = |copies: usize| {
        let text = [head, &body.repeat(copies)].concat();
        with(&[(name, &text)], |path| {
            let layer = open(path).ok()?.remove(0).layers.remove(0);
            let mut rows = Vec::new();
            for row in layer.rows().ok()? {
                match row {
                    Ok(row) => {
                        rows.push((row.number, format!("{:?} {:?}", row.cells, row.geometry)))
                    }
                    Err(error) if error.is_one_row() => {}
                    // A quote that stays open would swallow the next copy.
                    Err(_) => return None,
                }
            }
            Some(rows)
        })
    };
    let (Some(once), Some(twice)) = (rows(1), rows(2)) else { return };
    let Some(((first, _), (again, _))) = once.first().zip(twice.get(once.len())) else { return };
    let lines = again - first;
    let copies = (280 << 10) / body.len() + 1;
    let expected = (0..copies as u64).flat_map(|copy| {
        once.iter().map(move |(number, told)| (number + copy * lines, told.clone()))
    });
    assert!(rows(copies).expect("sound").into_iter().eq(expected), "{copies} copies");
}

pub fn long_seeds() -> Vec<Vec<u8>> {
    let of = |choice: u8, text: &[u8]| [&[choice], text, b"\n"].concat();
    let tables = csv_seeds().into_iter().map(|table| of(1, &table));
    let sequences = geojson_seeds().into_iter().filter(|seed| seed[0] == b'2');
    tables.chain(sequences.map(|seed| of(0, &seed[1..]))).collect()
}

/// The first byte chooses the name, by whose ending a sequence is told from a collection.
pub fn geojson(input: &[u8]) {
    let names = ["points.geojson", "points.json", "points.geojsonl", "points.geojsons"];
    let Some((choice, bytes)) = input.split_first() else { return };
    with(&[(names[usize::from(*choice) % names.len()], bytes)], check);
}

pub fn geojson_seeds() -> Vec<Vec<u8>> {
    let feature = |geometry: &str| {
        format!(
            r#"{{"type":"Feature","id":7,"geometry":{geometry},"properties":{{"name":"Bayan \u00d6bo","n":1,"grade":5.5e-1,"ok":true,"tags":["a",null],"more":{{"b":[1]}}}}}}"#
        )
    };
    let point = feature(r#"{"type":"Point","coordinates":[109.97,41.8,1.0]}"#);
    let polygon = feature(
        r#"{"coordinates":[[[0,0],[1,0],[1,1],[0,0]],[[0.2,0.1],[0.3,0.1],[0.3,0.2],[0.2,0.1]]],"type":"Polygon"}"#,
    );
    let many = feature(
        r#"{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2],[3,4]]},{"type":"LineString","coordinates":[[1,2],[3,4]]},{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]},{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}]}"#,
    );
    let none = feature("null");
    let crs = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32649"}},"#;
    let collection = |crs: &str, features: &[&String]| {
        let features: Vec<&str> = features.iter().map(|feature| feature.as_str()).collect();
        let features = features.join(",\n");
        format!("0{{\"type\":\"FeatureCollection\",{crs}\"features\":[{features}]}}")
    };
    let whole = collection("", &[&point, &none, &point]);
    let whole = &whole;
    let projected = collection(crs, &[&point, &polygon]);
    let shapes = collection("\"metadata\":{\"sources\":[]},", &[&polygon, &many, &none]);
    let sequence = format!("2{point}\n{point}\n\n{none}\n");
    let separated = format!("3\u{1E}{point}\n\u{1E}{polygon}\n\u{1E}{{\"type\":");
    let alone = format!("1{point}");
    let bare = r#"1{"type":"Point","coordinates":[1,2]}"#;
    texts(&[whole, &projected, &shapes, &sequence, &separated, &alone, bare])
}

/// The parts are .shp, .dbf, .shx, .prj and .cpg; an empty one is not there.
pub fn shapefile(input: &[u8]) {
    let names = ["points.shp", "points.dbf", "points.shx", "points.prj", "points.cpg"];
    let parts: Vec<&[u8]> = parts(input).collect();
    let files = names.into_iter().zip(parts);
    let files: Vec<(&str, &[u8])> = files.filter(|(_, part)| !part.is_empty()).collect();
    if !files.is_empty() {
        with(&files, check);
    }
}

pub fn shapefile_seeds() -> Vec<Vec<u8>> {
    let prj = br#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    let point = |x: f64, y: f64| [x.to_le_bytes(), y.to_le_bytes()].concat();
    let points: Vec<Vec<u8>> = [(109.97, 41.8), (114.79, 24.91)]
        .map(|(x, y)| [1_u32.to_le_bytes().to_vec(), point(x, y)].concat())
        .into();
    let area = |kind: u32, more: &[u8]| {
        let ring = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)];
        let bounds = [point(0.0, 0.0), point(1.0, 1.0)].concat();
        let counts = [1_u32, ring.len() as u32, 0].map(u32::to_le_bytes).concat();
        let ring: Vec<u8> = ring.iter().flat_map(|(x, y)| point(*x, *y)).collect();
        [&kind.to_le_bytes()[..], &bounds, &counts, &ring, more].concat()
    };
    let heights = [0.0_f64; 6].map(f64::to_le_bytes).concat();
    let (places, index) = shp(1, &points);
    let (lines, _) = shp(3, &[area(3, b""), 0_u32.to_le_bytes().to_vec()]);
    let (areas, _) = shp(15, &[area(15, &heights)]);
    let dbf = dbf_seeds().remove(0);
    vec![
        joined(&[&places, &dbf, &index, prj, b"UTF-8"]),
        joined(&[&places, &dbf]),
        joined(&[&places, b"", &index]),
        joined(&[&lines, &dbf, b"", b"", b"936"]),
        joined(&[&areas, &dbf]),
    ]
}

/// A .shp and its .shx.
fn shp(kind: u32, records: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
    let (mut body, mut index) = (Vec::new(), Vec::new());
    for (number, record) in (1_u32..).zip(records) {
        let (at, length) = (50 + body.len() as u32 / 2, record.len() as u32 / 2);
        index.extend([at, length].map(u32::to_be_bytes).concat());
        body.extend([number, length].map(u32::to_be_bytes).concat());
        body.extend_from_slice(record);
    }
    let with_head = |body: Vec<u8>| {
        let mut file = vec![0; 100];
        file[..4].copy_from_slice(&9994_u32.to_be_bytes());
        file[24..28].copy_from_slice(&(50 + body.len() as u32 / 2).to_be_bytes());
        file[28..32].copy_from_slice(&1000_u32.to_le_bytes());
        file[32..36].copy_from_slice(&kind.to_le_bytes());
        let bounds = [-180.0_f64, -90.0, 180.0, 90.0].map(f64::to_le_bytes).concat();
        file[36..68].copy_from_slice(&bounds);
        file.extend(body);
        file
    };
    (with_head(body), with_head(index))
}

/// The parts are .dbf and .cpg.
pub fn dbf(input: &[u8]) {
    let mut parts = parts(input);
    let mut files = vec![("points.dbf", parts.next().unwrap_or_default())];
    files.extend(parts.next().map(|part| ("points.cpg", part)));
    with(&files, check);
}

pub fn dbf_seeds() -> Vec<Vec<u8>> {
    let fields: [(&str, u8, u8, u8); 8] = [
        ("NAME", b'C', 12, 0),
        ("LON", b'F', 10, 4),
        ("LAT", b'N', 8, 3),
        ("WHEN", b'D', 8, 0),
        ("OK", b'L', 1, 0),
        ("COUNT", b'I', 4, 0),
        ("REAL", b'B', 8, 0),
        ("MEMO", b'M', 10, 0),
    ];
    let width: usize = fields.iter().map(|field| usize::from(field.2)).sum();
    let records: [&[u8]; 3] = [
        b" Bayan Obo     109.9700  41.80020240229T\x07\0\0\0\0\0\0\0\0\0\x04@         1",
        b" \xE7\x99\xBD\xE4\xBA\x91\xE9\x84\x82\xE5\x8D\x9A  -115.5300  35.480        ?\xFF\xFF\xFF\xFF\0\0\0\0\0\0\xF8\x7F          ",
        b"*gone          ********** ********00000000F\0\0\0\0\0\0\0\0\0\0\0\0          ",
    ];
    let mut table = vec![0x03, 124, 2, 29];
    table.extend(3_u32.to_le_bytes());
    table.extend((32 + 32 * fields.len() as u16 + 1).to_le_bytes());
    table.extend((width as u16 + 1).to_le_bytes());
    table.resize(32, 0);
    for (name, kind, length, decimals) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.push(kind);
        field.resize(16, 0);
        field.extend([length, decimals]);
        field.resize(32, 0);
        table.extend(field);
    }
    table.push(0x0D);
    for record in records {
        let mut record = record.to_vec();
        record.resize(width + 1, b' ');
        table.extend(record);
    }
    table.push(0x1A);
    vec![table.clone(), joined(&[&table, b"936"]), joined(&[&table, b"88591"])]
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// The parts are those of a workbook: sheet, shared strings, styles, workbook, relationships.
pub fn xlsx(input: &[u8]) {
    let names = [
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
    ];
    let whole = xlsx_seeds().remove(0);
    let usual: Vec<&[u8]> = parts(&whole).collect();
    let given: Vec<&[u8]> = parts(input).collect();
    // What is not given is sound.
    let members = names.into_iter().zip(usual).enumerate();
    let members =
        members.map(|(at, (name, usual))| (name, given.get(at).copied().unwrap_or(usual)));
    let book = zipped(&members.collect::<Vec<_>>());
    with(&[("book.xlsx", &book)], check);
}

pub fn xlsx_seeds() -> Vec<Vec<u8>> {
    let sheet = format!(
        r#"<worksheet xmlns="{MAIN}"><dimension ref="A1:D4"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>lon</t></is></c><c r="C1" t="str"><v>lat</v></c><c r="D1" t="s"><v>1</v></c></row><row r="3"><c r="A3" t="inlineStr"><is><r><t>Bayan_x000D_&#10;</t></r><r><t>Obo</t></r></is></c><c r="B3"><v>109.97</v></c><c r="C3"><f>1+1</f><v>41.8</v></c><c r="D3" s="1"><v>45351.5</v></c></row><row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="e"><v>#N/A</v></c><c t="d"><v>2024-02-29</v></c></row></sheetData></worksheet>"#
    );
    let shared = format!(
        r#"<sst xmlns="{MAIN}" count="2" uniqueCount="2"><si><t>name</t></si><si><r><t xml:space="preserve">when </t></r><rPh sb="0" eb="1"><t>x</t></rPh></si></sst>"#
    );
    let styles = format!(
        r#"<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd;@"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#
    );
    let book = format!(
        r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="0"/><sheets><sheet name="Sites" sheetId="1" r:id="r1"/></sheets><definedNames><definedName name="n">Sites!$A$1</definedName></definedNames></workbook>"#
    );
    let links = format!(
        r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>"#
    );
    let files = [&sheet, &shared, &styles, &book, &links].map(|file| file.as_bytes());
    vec![joined(&files), sheet.into_bytes()]
}

pub fn zip(input: &[u8]) {
    with(&[("data.zip", input)], check);
}

pub fn zip_seeds() -> Vec<Vec<u8>> {
    let table = csv_seeds().remove(0);
    let mut archive = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("a/b.csv", ::zip::write::SimpleFileOptions::default()).expect("in memory");
    archive.write_all(&table.repeat(3)).expect("in memory");
    let deflated = archive.finish().expect("in memory").into_inner();
    vec![deflated, zipped(&[("稀土.csv", &table), ("../c.txt", b"no columns")])]
}

/// The parts are by turns a member's name and its bytes.
pub fn archive(input: &[u8]) {
    let parts: Vec<&[u8]> = parts(input).collect();
    let pairs = parts.chunks_exact(2);
    let members: Vec<_> =
        pairs.map(|pair| (String::from_utf8_lossy(pair[0]).into_owned(), pair[1])).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, it)| (&**name, *it)).collect();
    with(&[("data.zip", &zipped(&members))], check);
}

pub fn archive_seeds() -> Vec<Vec<u8>> {
    let table = csv_seeds().remove(0);
    let shapes = shapefile_seeds().remove(0);
    let shapes: Vec<&[u8]> = parts(&shapes).collect();
    let metadata = metadata_seeds().remove(0);
    let inner = zipped(&[("inner.csv", &table)]);
    vec![
        joined(&[b"a.csv", &table, b"sub/A.csv", &table, b"__MACOSX/a.csv", b"x"]),
        joined(&[b"p.shp", shapes[0], b"P.DBF", shapes[1], b"p.prj", shapes[3]]),
        joined(&[b"points.csv", &table, b"points.csv.xml", &metadata, b"deep.zip", &inner]),
    ]
}

pub fn parquet(input: &[u8]) {
    with(&[("points.parquet", input)], check);
}

pub fn parquet_seeds() -> Vec<Vec<u8>> {
    vec![of_shapes(&[Some(&of_point(109.97, 41.8)), None]), of_lists()]
}

/// A well-known binary in a file that is sound.
pub fn wkb(input: &[u8]) {
    parquet(&of_shapes(&[Some(input), None, Some(&of_point(1.0, 2.0))]));
}

pub fn wkb_seeds() -> Vec<Vec<u8>> {
    let count = 1_u32.to_le_bytes();
    let of = |kind: u32, body: &[u8]| [&[1][..], &kind.to_le_bytes(), body].concat();
    let point = of_point(1.0, 2.0);
    let ends: Vec<u8> =
        [0.0_f64, 0.0, 1.0, 0.0, 1.0, 1.0].into_iter().flat_map(f64::to_le_bytes).collect();
    let line = [&3_u32.to_le_bytes()[..], &ends].concat();
    let ring = [&count[..], &line].concat();
    let area = of(3, &ring);
    vec![
        point.clone(),
        of(2, &line),
        area.clone(),
        of(4, &[&count[..], &point].concat()),
        of(6, &[&count[..], &area].concat()),
        of(7, &[&count[..], &of(7, &[&count[..], &point].concat())].concat()),
        of(1001, &[0; 24]),
        of(0xE000_0001, &[0; 36]),
    ]
}

fn of_point(x: f64, y: f64) -> Vec<u8> {
    let [x, y] = [x, y].map(f64::to_le_bytes);
    [&[1, 1, 0, 0, 0][..], &x, &y].concat()
}

/// A GeoParquet file of these geometries.
fn of_shapes(shapes: &[Option<&[u8]>]) -> Vec<u8> {
    let geo = r#"{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":[]}}}"#;
    let levels: Vec<i16> = shapes.iter().map(|shape| i16::from(shape.is_some())).collect();
    let values: Vec<ByteArray> = shapes.iter().flatten().map(|it| it.to_vec().into()).collect();
    written("message m { optional binary geometry; }", Some(geo), &values, &levels, None)
}

/// A Parquet file of a list of texts.
fn of_lists() -> Vec<u8> {
    let schema = "message m { repeated binary tags (UTF8); }";
    let values: Vec<ByteArray> = ["a", "b", "c"].map(ByteArray::from).into();
    written(schema, None, &values, &[1, 1, 0, 1], Some(&[0, 1, 0, 0]))
}

/// A Parquet file of one column.
fn written(
    schema: &str,
    geo: Option<&str>,
    values: &[ByteArray],
    defined: &[i16],
    repeated: Option<&[i16]>,
) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let geo = geo.map(|geo| vec![KeyValue::new("geo".into(), geo.to_owned())]);
    let properties = WriterProperties::builder().set_key_value_metadata(geo);
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build()))
        .expect("a file");
    let mut group = file.next_row_group().expect("a group");
    let mut column = group.next_column().expect("a column").expect("a column");
    column.typed::<ByteArrayType>().write_batch(values, Some(defined), repeated).expect("values");
    column.close().expect("a column");
    group.close().expect("a group");
    file.into_inner().expect("a file")
}

/// A sound geodatabase.
const GEODATABASE: &[u8] = include_bytes!("../../tests/fixtures/gdb/mixed.gdb.zip");

/// A folder with the geodatabase, and its tables by name.
struct Geodatabase {
    folder: tempfile::TempDir,
    files: Vec<(String, Vec<u8>)>,
}

impl Geodatabase {
    fn new() -> Self {
        let folder = folder(".gdb");
        let mut archive = ::zip::ZipArchive::new(Cursor::new(GEODATABASE)).expect("a zip");
        let mut files = Vec::new();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).expect("a member");
            let name = member.name().expect("a name");
            let name = name.rsplit('/').next().unwrap_or_default().to_owned();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).expect("sound");
            fs::write(folder.path().join(&name), &bytes).expect("written");
            if name.contains("gdbtabl") {
                files.push((name, bytes));
            }
        }
        Geodatabase { folder, files }
    }
}

thread_local! {
    static PLACE: LazyCell<Geodatabase> = LazyCell::new(Geodatabase::new);
}

/// The first byte chooses one file of a geodatabase, the rest takes its place.
pub fn gdb(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else { return };
    PLACE.with(|place| {
        let (name, sound) = &place.files[usize::from(*choice) % place.files.len()];
        let file = place.folder.path().join(name);
        fs::write(&file, bytes).expect("written");
        check(place.folder.path());
        fs::write(&file, sound).expect("written");
    });
}

pub fn gdb_seeds() -> Vec<Vec<u8>> {
    PLACE.with(|place| {
        let files = (0_u8..).zip(&place.files);
        files.map(|(choice, (_, bytes))| [&[choice], bytes.as_slice()].concat()).collect()
    })
}

/// Metadata beside a table.
pub fn metadata(input: &[u8]) {
    let table = b"NAME,LON,LAT,DsgAttr01\nBayan Obo,109.97,41.8,REE\n";
    with(&[("points.csv", table), ("points.csv.xml", input)], check);
}

pub fn metadata_seeds() -> Vec<Vec<u8>> {
    texts(&[
        "<?xml version=\"1.0\"?>\n<metadata><eainfo><detailed Name=\"points\"><enttyp><enttypl>points</enttypl></enttyp><attr><attrlabl>LON</attrlabl><attalias>Longitude &amp; &#x41;</attalias></attr><attr><attrlabl>DsgAttr01 [Alias: Commodity]</attrlabl></attr></detailed></eainfo></metadata>",
        "<metadata><!-- c --><detailed><attr><attrlabl><![CDATA[NAME]]></attrlabl><attalias>名称</attalias></attr></detailed></metadata>",
    ])
}

/// Headers of the schemas that are known, with the names of files that tell some.
const SCHEMAS: [(&str, &str); 7] = [
    (
        "Global_REE.csv",
        "OBJECTID,ID_No,Name,Name_Other,Country,State_Prov,Latitude,Longitude,Rec_Type,Dep_Type,Dep_Note,Commods,REE_Mins,Status,P_Status,HREE_Note,LREE_Note,REE_Ratio,REE,RR_TREO_Mt,RR_TREOgrd,RR_Yr_Est,RR_Note,Part_of,Components,Ref_List",
    ),
    (
        "CHN_Mineral_Facilities.csv",
        "FeatureUID,FeatureNam,NameVar,FeatureTyp,LocOpStat,Country,ADM1,Latitude,Longitude,DsgAttr01,DsgAttr02,DsgAttr03,DsgAttr04,DsgAttr05,DsgAttr06,InfSource1",
    ),
    (
        "CHN_Mineral_Exploration.csv",
        "FeatureUID,FeatureNam,LocOpStat,Country,ADM1,Latitude,Longitude,DsgAttr01,DsgAttr02,InfSource1",
    ),
    (
        "CHN_Infra_Transport_Ports.csv",
        "FeatureUID,FeatureNam,Country,ADM1,Latitude,Longitude,DsgAttr01,DsgAttr02,DsgAttr03,DsgAttr04,InfSource1",
    ),
    ("refs.csv", "short_ref,full_ref"),
    (
        "sites.csv",
        "id,source_id,objectid,name,other_names,country,province,longitude,latitude,record_type,deposit_types,deposit_subtype,commodities,ree_minerals,stage,status,hree_facts,lree_facts,ratio_facts,ree_facts,references,resource_figures,resource_years,resource_codes,resource_references,resource_unread",
    ),
    (
        "plants.csv",
        "id,name,local_name,country,province,place,longitude,latitude,precision,products,class,status,as_of,evidence,confidence,source,licence",
    ),
];

/// The first byte chooses a schema, the rest are its rows.
pub fn records(input: &[u8]) {
    let Some((choice, rows)) = input.split_first() else { return };
    let (name, header) = SCHEMAS[usize::from(*choice) % SCHEMAS.len()];
    with(&[(name, &[header.as_bytes(), b"\n", rows].concat())], check);
}

pub fn records_seeds() -> Vec<Vec<u8>> {
    texts(&[
        "01,5029,Bayan Obo,\"Baiyun'ebo; 白云\",China,Nei Mongol,41.8,109.97,\"deposit, district\",\"hydrothermal Fe-oxide deposit ± Cu, Au\",,\"REE, Fe, Nb(?)\",\"bastnäsite, monazite\",Deposit,producer (?),HREO 0.3 %,\"LREE dominant, Ce > La\",8.4,519-1139 ppm,\"1) 57.4 resource; 2) 135 total prospective reserve\",4.1,2005,remark,5030,\"5031, 5032\",Chao and others (1997)\n02,5029,Bayan Obo,,China,,41.9,109.9,,,,,,,,,,,,,,,,,,\n",
        "1CHNf001,Baotou plant,var,Mineral Processing Plants,Active,China,Nei Mongol,40.6,109.8,Rare Earths,Oxide,light,10000,metric tons,CHNf002,Web\nCHNf001,Baotou plant,var,Mineral Processing Plants,Active,China,Nei Mongol,40.6,109.8,Iron,Ore,,5,kmt,,Web\n",
        "2CHNx001,Project,Exploration,China,Hubei,31,110,\"Rare Earths, Niobium\",Carbonatite,Web\n",
        "3CHNp001,Tianjin,China,Tianjin,39,117.8,Rare Earths,Ore,10,mt,WPI\n",
        "4Chao and others (1997),\"Chao, E.C.T., 1997, title\"\n",
        "5global-ree:4190,4190,1,Abenab,,Namibia,Otjozondjupa,18.1,-19.2643,intrusion or complex,carbonatite,,V; REE,,Occurrence(?),no-production,elements Y (?),,ratio 8.4,content TREE 0.64–2.22 %,A (2011); B,TREO 0.0047 Mt total resource; TREO grade 0.08–0.19 %,1961,none,X,\n",
        "6a-b,\"A, smelting\",包钢,China,Inner Mongolia,Baotou,109.8,40.5,plant,\"Rare earths, separated oxides, 5500 t/a REO\",stated heavy (?),assumed-active(?),2024-10,evidence,high,source,ODbL 1.0\n",
    ])
}
