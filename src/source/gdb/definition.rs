//! The XML that a geodatabase keeps of each item, as far as it tells what fields hold.

use std::collections::BTreeMap;

/// Elements that describe a field in an item's definition: the name and alias are within.
const FIELDS: [&str; 2] = ["GPFieldInfoEx", "Field"];

/// Adds the aliases that an item's definition and its metadata give to fields, by field name in
/// lower case. What is there already stays.
pub(super) fn add_aliases(xml: &str, aliases: &mut BTreeMap<String, String>) {
    let mut add = |name: Option<&str>, alias: Option<String>| {
        if let (Some(name), Some(alias)) = (name, alias) {
            aliases.entry(unescaped(name).trim().to_lowercase()).or_insert(alias);
        }
    };
    for field in FIELDS.into_iter().flat_map(|tag| elements(xml, tag)) {
        let alias = elements(field, "AliasName").next().map(unescaped);
        add(elements(field, "Name").next(), alias);
    }
    // In metadata: ArcGIS has an element of its own, USGS writes the alias behind the name.
    for field in elements(xml, "attr") {
        let Some(label) = elements(field, "attrlabl").next() else { continue };
        let (name, written) = match label.split_once("[Alias:") {
            Some((name, alias)) => (name, alias.strip_suffix(']')),
            None => (label, None),
        };
        let alias = elements(field, "attalias").next().or(written);
        add(Some(name), alias.map(unescaped));
    }
}

/// The fields whose values are those of a domain, with the domain's name.
pub(super) fn domains(xml: &str) -> Vec<(String, String)> {
    let fields = FIELDS.into_iter().flat_map(|tag| elements(xml, tag));
    let named = |field| {
        let text = |tag| elements(field, tag).next().map(unescaped);
        Some((text("Name")?, text("DomainName")?))
    };
    fields.filter_map(named).collect()
}

/// The name of a domain of coded values, and the codes with what they mean.
pub(super) fn coded_values(xml: &str) -> Option<(String, Vec<(String, String)>)> {
    let values = elements(xml, "CodedValues").next()?;
    let name = elements(xml, "DomainName").next().map(unescaped)?;
    let value = |value| {
        let text = |tag| elements(value, tag).next().map(unescaped);
        Some((text("Code")?, text("Name")?))
    };
    Some((name, elements(values, "CodedValue").filter_map(value).collect()))
}

/// What lies within each element of a name, none of which lies in another.
fn elements<'a>(xml: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let mut rest = xml;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find('<')?;
            rest = rest.get(start + 1..)?;
            let Some(tag) = rest.strip_prefix(name) else { continue };
            if !tag.starts_with(|end: char| end == '>' || end.is_whitespace()) {
                continue;
            }
            let (attributes, body) = tag.split_once('>')?;
            rest = body;
            if attributes.ends_with('/') {
                continue;
            }
            let end = closing(body, name)?;
            rest = body.get(end..)?;
            return body.get(..end);
        }
    })
}

/// Where the closing tag begins.
fn closing(body: &str, name: &str) -> Option<usize> {
    let closes = |place: &usize| {
        let tag = body.get(place + 2..).and_then(|rest| rest.strip_prefix(name));
        tag.is_some_and(|rest| rest.trim_start().starts_with('>'))
    };
    body.match_indices("</").map(|(place, _)| place).find(closes)
}

/// Text with the five entities of XML resolved.
fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_found_in_definitions_and_metadata() {
        let xml = r#"<DEFeatureClassInfo xsi:type="x"><Name>Sites</Name><AliasName>All sites</AliasName>
            <GPFieldInfoExs xsi:type="y"><GPFieldInfoEx xsi:type="z"><Name>DsgAttr01</Name>
            <AliasName>Metals &amp; ores</AliasName></GPFieldInfoEx><GPFieldInfoEx><Name>Plain</Name>
            <AliasName/></GPFieldInfoEx></GPFieldInfoExs></DEFeatureClassInfo>"#;
        let metadata = "<eainfo><attr><attrlabl Sync=\"TRUE\">DsgAttr02</attrlabl><attalias>Type\
            </attalias></attr><attr><attrlabl>DsgAttr03 [Alias: Status]</attrlabl></attr></eainfo>";
        let mut aliases = BTreeMap::new();
        add_aliases(xml, &mut aliases);
        add_aliases(metadata, &mut aliases);
        let found: Vec<(&str, &str)> =
            aliases.iter().map(|(name, alias)| (name.as_str(), alias.as_str())).collect();
        let expected =
            [("dsgattr01", "Metals & ores"), ("dsgattr02", "Type"), ("dsgattr03", "Status")];
        assert_eq!(found, expected);
        for damaged in ["<attr><attrlabl>", "<Field", "<attr>", "</", "<Field ><Name></Name", "é<"]
        {
            add_aliases(damaged, &mut aliases);
        }
        assert_eq!(aliases.len(), 3);
    }
}
