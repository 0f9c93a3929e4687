//! Which characters a text's bytes stand for, where the file does not say.
//!
//! UTF-8 checks itself, so text that is valid UTF-8 is UTF-8. What is not is taken as GB18030
//! (mainland China's standard, of which GBK and GB 2312 are parts) where it is valid as such and
//! most of its characters lie in the GB 2312 block, whose second bytes are never ASCII; else as
//! Windows-1252, which accepts anything. Whatever is assumed is noted.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::content::Content;
use crate::error::Result;

/// A text file whose encoding is settled.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub content: Content,
    encoding: &'static Encoding,
}

impl Text {
    /// Settles the encoding, reading the file once where no byte order mark states it.
    pub fn detect(content: &Content) -> Result<Self> {
        let head = content.head(3)?;
        let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
        let encoding = match marked {
            Some(encoding) => encoding,
            None => guess_stream(content.open()?).map_err(|cause| content.failed(cause))?,
        };
        Ok(Text { content: content.clone(), encoding })
    }

    /// The text as UTF-8 without a byte order mark.
    pub fn open(&self) -> Result<Box<dyn Read + Send>> {
        let reader = self.content.open()?;
        Ok(Box::new(Decoding::new(reader, self.encoding)))
    }

    /// What was assumed, where the file is not UTF-8.
    pub fn note(&self) -> Option<String> {
        note(self.encoding)
    }
}

/// What to tell about an encoding that was guessed.
pub(super) fn note(encoding: &'static Encoding) -> Option<String> {
    if encoding == UTF_8 {
        None
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        Some(format!("the text is {}, by its byte order mark", encoding.name()))
    } else {
        Some(format!("the text is not UTF-8; it is read as {}", name(encoding)))
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

/// Whether bytes, perhaps cut within their last character, are valid in an encoding.
pub(super) fn is_valid(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    bytes.is_ascii() || Check::new(encoding).accepts(bytes)
}

/// Weighs the encodings that fields of text allow, one field after the other.
pub(super) struct Guess {
    utf8: bool,
    gb18030: bool,
    /// Two-byte characters within the GB 2312 block, and those with an ASCII second byte.
    pairs: (u64, u64),
}

impl Guess {
    pub fn new() -> Self {
        Guess { utf8: true, gb18030: true, pairs: (0, 0) }
    }

    /// Weighs one field, which may be cut within its last character.
    pub fn field(&mut self, bytes: &[u8]) {
        if bytes.is_ascii() {
            return;
        }
        self.utf8 = self.utf8 && is_valid(UTF_8, bytes);
        self.gb18030 = self.gb18030 && is_valid(GB18030, bytes);
        self.weigh(bytes);
    }

    fn weigh(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let [first, tail @ ..] = rest {
            rest = tail;
            if let (0x81.., [second, tail @ ..]) = (first, tail) {
                match second {
                    0xA1.. => self.pairs.0 += 1,
                    0x40..=0x7E => self.pairs.1 += 1,
                    _ => {}
                }
                rest = tail;
            }
        }
    }

    /// The most likely encoding of what was weighed.
    pub fn encoding(&self) -> &'static Encoding {
        if self.utf8 {
            UTF_8
        } else if self.gb18030 && self.pairs.0 > self.pairs.1 {
            GB18030
        } else {
            WINDOWS_1252
        }
    }
}

fn guess_stream(mut reader: impl Read) -> io::Result<&'static Encoding> {
    let mut guess = Guess::new();
    let (mut utf8, mut gb18030) = (Check::new(UTF_8), Check::new(GB18030));
    let mut buffer = vec![0; 1 << 16];
    loop {
        let bytes = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => buffer.get(..count).unwrap_or_default(),
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(cause),
        };
        guess.utf8 = guess.utf8 && utf8.accepts(bytes);
        guess.gb18030 = guess.gb18030 && gb18030.accepts(bytes);
        guess.weigh(bytes);
    }
    Ok(guess.encoding())
}

/// Whether a stream of bytes is valid in an encoding, so far.
struct Check {
    decoder: encoding_rs::Decoder,
    scratch: Vec<u8>,
}

impl Check {
    fn new(encoding: &'static Encoding) -> Self {
        Check { decoder: encoding.new_decoder_without_bom_handling(), scratch: vec![0; 1024] }
    }

    fn accepts(&mut self, mut bytes: &[u8]) -> bool {
        loop {
            let (result, read, _) =
                self.decoder.decode_to_utf8_without_replacement(bytes, &mut self.scratch, false);
            bytes = bytes.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return true,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return false,
            }
        }
    }
}

/// Turns a stream of bytes into UTF-8 without a byte order mark.
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
            (self.taken, self.ready) = (0, written);
        }
        let mut ready = self.output.get(self.taken..self.ready).unwrap_or_default();
        let count = ready.read(target)?;
        self.taken += count;
        Ok(count)
    }
}
