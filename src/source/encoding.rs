//! Which characters a text's bytes stand for, where the file does not say.
//!
//! UTF-8 checks itself, so text that is valid UTF-8, or nearly so, is UTF-8. What is not is taken
//! as GB18030 (mainland China's standard, of which GBK and GB 2312 are parts) where it is valid as
//! such and most of its characters lie in the GB 2312 block, whose second bytes are never ASCII;
//! else as Windows-1252, which accepts anything. Whatever is assumed is noted.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::content::Content;
use crate::error::Result;

/// A text file whose encoding is settled.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub content: Content,
    encoding: &'static Encoding,
    /// Whether a byte order mark states it.
    marked: bool,
    /// Characters that are not valid in it.
    damaged: u64,
    /// NUL characters, which no text has. They are read as blanks.
    nuls: u64,
    /// Whether the bytes are known to be UTF-8 as they are.
    sound: bool,
}

impl Text {
    /// Settles the encoding, reading the file once where no byte order mark states it.
    pub fn detect(content: &Content) -> Result<Self> {
        let head = content.head(1 << 10)?;
        let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
        let failed = |cause| content.failed(cause);
        let text = |encoding| Text {
            content: content.clone(),
            encoding,
            marked: marked.is_some(),
            damaged: 0,
            nuls: 0,
            sound: false,
        };
        if let Some(encoding) = marked.or_else(|| utf16_without_mark(&head)) {
            return Ok(text(encoding));
        }
        let checked = check(content.open()?).map_err(failed)?;
        if checked.utf8 {
            let nuls = checked.nuls;
            return Ok(Text { nuls, sound: nuls == 0, ..text(UTF_8) });
        }
        let guess = Guess::stream(content.open()?).map_err(failed)?;
        Ok(Text { damaged: guess.damaged(), nuls: checked.nuls, ..text(guess.encoding()) })
    }

    /// The text as UTF-8 without a byte order mark.
    pub fn open(&self) -> Result<Box<dyn Read + Send>> {
        let reader = self.content.open()?;
        if self.sound {
            return Ok(Box::new(reader));
        }
        Ok(Box::new(Decoding::new(reader, self.encoding)))
    }

    /// What was assumed, where the file is not sound UTF-8.
    pub fn notes(&self) -> Vec<String> {
        let name = name(self.encoding);
        let mut notes = Vec::new();
        if self.encoding == UTF_8 {
            if self.damaged > 0 {
                let damaged = self.damaged;
                notes.push(format!("{damaged} characters are damaged and read as \u{FFFD}"));
            }
        } else if self.marked {
            notes.push(format!("the text is {name}, by its byte order mark"));
        } else if self.encoding == UTF_16LE || self.encoding == UTF_16BE {
            notes.push(format!("the text is {name}, by where its zero bytes lie"));
        } else {
            notes.push(format!("the text is not UTF-8; it is read as {name}"));
        }
        match self.nuls {
            0 => {}
            1 => notes.push("1 NUL character is read as a blank".into()),
            nuls => notes.push(format!("{nuls} NUL characters are read as blanks")),
        }
        notes
    }
}

/// The encoding's usual name.
pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "gb18030" => "GB18030",
        "windows-1252" => "Windows-1252",
        name => name,
    }
}

/// Weighs the encodings that a text allows.
pub(super) struct Guess {
    utf8: Tally,
    gb18030: Tally,
    /// Two-byte characters within the GB 2312 block, and those with an ASCII second byte.
    pairs: (u64, u64),
}

/// What stretches of bytes that follow each other may have left half done.
struct Begun {
    utf8: Check,
    gb18030: Check,
    /// Whether a two-byte character has begun.
    pair: bool,
}

impl Begun {
    fn new() -> Self {
        Begun { utf8: Check::new(UTF_8), gb18030: Check::new(GB18030), pair: false }
    }
}

impl Guess {
    pub fn new() -> Self {
        Guess { utf8: Tally::default(), gb18030: Tally::default(), pairs: (0, 0) }
    }

    /// Weighs one field of several, which may be cut within its last character.
    pub fn field(&mut self, bytes: &[u8]) {
        if !bytes.is_ascii() {
            self.weigh(bytes, &mut Begun::new());
        }
    }

    fn stream(mut reader: impl Read) -> io::Result<Self> {
        let (mut guess, mut begun) = (Guess::new(), Begun::new());
        let mut buffer = vec![0; 1 << 16];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(guess),
                Ok(count) => {
                    guess.weigh(buffer.get(..count).unwrap_or_default(), &mut begun);
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cause),
            }
        }
    }

    fn weigh(&mut self, bytes: &[u8], begun: &mut Begun) {
        begun.utf8.count(bytes, &mut self.utf8);
        begun.gb18030.count(bytes, &mut self.gb18030);
        for byte in bytes {
            match (std::mem::take(&mut begun.pair), byte) {
                (true, 0xA1..) => self.pairs.0 += 1,
                (true, 0x40..=0x7E) => self.pairs.1 += 1,
                (true, _) => {}
                (false, byte) => begun.pair = *byte > 0x80,
            }
        }
    }

    /// The most likely encoding of what was weighed. Text with few damaged characters among many
    /// sound ones is still UTF-8, which no other text resembles by chance.
    pub fn encoding(&self) -> &'static Encoding {
        if self.utf8.damaged * 20 <= self.utf8.sound {
            UTF_8
        } else if self.gb18030.damaged == 0 && self.pairs.0 > self.pairs.1 {
            GB18030
        } else {
            WINDOWS_1252
        }
    }

    /// How many characters of UTF-8 are damaged, where it is that.
    pub fn damaged(&self) -> u64 {
        if self.encoding() == UTF_8 { self.utf8.damaged } else { 0 }
    }
}

/// UTF-16 that no byte order mark states: of two bytes one is mostly zero and the other never, as
/// a header or JSON in ASCII has it.
pub(super) fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = head.as_chunks::<2>();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair.get(at) == Some(&0)).count();
    match (zeros(0), zeros(1)) {
        (0, low) if low > pairs.len() / 2 => Some(UTF_16LE),
        (high, 0) if high > pairs.len() / 2 => Some(UTF_16BE),
        _ => None,
    }
}

/// What a look at all bytes of a text tells.
struct Checked {
    /// Whether it is valid UTF-8 throughout.
    utf8: bool,
    nuls: u64,
}

fn check(mut reader: impl Read) -> io::Result<Checked> {
    let mut checked = Checked { utf8: true, nuls: 0 };
    let mut buffer = vec![0; 1 << 16];
    // Of a character that a read cut off, the first bytes.
    let mut begun = 0;
    loop {
        let count = match reader.read(buffer.get_mut(begun..).unwrap_or_default()) {
            Ok(count) => count,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(cause),
        };
        if count == 0 {
            checked.utf8 &= begun == 0;
            return Ok(checked);
        }
        let filled = begun + count;
        let bytes = buffer.get(begun..filled).unwrap_or_default();
        checked.nuls += memchr::memchr_iter(0, bytes).count() as u64;
        let valid = match std::str::from_utf8(buffer.get(..filled).unwrap_or_default()) {
            Ok(_) => filled,
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => {
                checked.utf8 = false;
                filled
            }
        };
        buffer.copy_within(valid..filled, 0);
        begun = filled - valid;
    }
}

/// Whether bytes, perhaps cut within their last character, are valid in an encoding.
pub(super) fn is_valid(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let mut tally = Tally::default();
    if !bytes.is_ascii() {
        Check::new(encoding).count(bytes, &mut tally);
    }
    tally.damaged == 0
}

/// Characters beyond ASCII.
#[derive(Default)]
struct Tally {
    sound: u64,
    damaged: u64,
}

/// Counts what is valid in an encoding, over a stream of bytes.
struct Check {
    decoder: encoding_rs::Decoder,
    scratch: Vec<u8>,
}

impl Check {
    fn new(encoding: &'static Encoding) -> Self {
        Check { decoder: encoding.new_decoder_without_bom_handling(), scratch: vec![0; 1024] }
    }

    fn count(&mut self, mut bytes: &[u8], tally: &mut Tally) {
        loop {
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(bytes, &mut self.scratch, false);
            bytes = bytes.get(read..).unwrap_or_default();
            let decoded = self.scratch.get(..written).unwrap_or_default();
            tally.sound += decoded.iter().filter(|byte| **byte >= 0xC0).count() as u64;
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => tally.damaged += 1,
            }
        }
    }
}

/// Turns a stream of bytes into UTF-8 without a byte order mark and without NUL characters.
struct Decoding<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    input: Vec<u8>,
    output: Vec<u8>,
    /// How much of `output` the caller has taken, and how much there is.
    taken: usize,
    ready: usize,
    done: bool,
}

impl<R: Read> Decoding<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        Decoding {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; 1 << 14],
            // Enough for any input in one step: at most three bytes for each byte in.
            output: vec![0; (1 << 14) * 3 + 16],
            taken: 0,
            ready: 0,
            done: false,
        }
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready && !self.done {
            let count = self.inner.read(&mut self.input)?;
            self.done = count == 0;
            let bytes = self.input.get(..count).unwrap_or_default();
            let (_, _, written, _) =
                self.decoder.decode_to_utf8(bytes, &mut self.output, self.done);
            let output = self.output.get_mut(..written).unwrap_or_default();
            for byte in output.iter_mut().filter(|byte| **byte == 0) {
                *byte = b' ';
            }
            (self.taken, self.ready) = (0, written);
        }
        let mut ready = self.output.get(self.taken..self.ready).unwrap_or_default();
        let count = ready.read(target)?;
        self.taken += count;
        Ok(count)
    }
}
