//! Bytes read from front to back: the format's numbers, and where they were found damaged.

/// What is wrong with a file, and the byte it was found at, counted from the file's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    /// The byte.
    pub at: u64,
    /// What is wrong, as a clause.
    pub reason: &'static str,
}

/// The result of reading bytes.
pub(super) type Scanned<T> = std::result::Result<T, Damage>;

/// A stretch of a file, read from front to back.
#[derive(Debug, Clone)]
pub(super) struct Scan<'a> {
    bytes: &'a [u8],
    /// The place in the file of the next byte.
    at: u64,
}

impl<'a> Scan<'a> {
    /// The bytes that begin at a place in their file.
    pub fn new(bytes: &'a [u8], at: u64) -> Self {
        Scan { bytes, at }
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes that are left.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// What is wrong here.
    pub fn damage(&self, reason: &'static str) -> Damage {
        Damage { at: self.at, reason }
    }

    /// The next bytes, so many of them.
    pub fn take(&mut self, count: usize) -> Scanned<&'a [u8]> {
        match self.bytes.split_at_checked(count) {
            Some((bytes, rest)) => {
                self.bytes = rest;
                self.at += count as u64;
                Ok(bytes)
            }
            None => Err(self.damage("it ends within a value")),
        }
    }

    fn array<const N: usize>(&mut self) -> Scanned<[u8; N]> {
        match self.bytes.split_first_chunk::<N>() {
            Some((bytes, rest)) => {
                self.bytes = rest;
                self.at += N as u64;
                Ok(*bytes)
            }
            None => Err(self.damage("it ends within a value")),
        }
    }

    /// A byte.
    pub fn u8(&mut self) -> Scanned<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// A whole number of 16 bits, its lowest byte first, as are all that follow.
    pub fn u16(&mut self) -> Scanned<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// A signed whole number of 16 bits.
    pub fn i16(&mut self) -> Scanned<i16> {
        self.array().map(i16::from_le_bytes)
    }

    /// A whole number of 32 bits.
    pub fn u32(&mut self) -> Scanned<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A signed whole number of 32 bits.
    pub fn i32(&mut self) -> Scanned<i32> {
        self.array().map(i32::from_le_bytes)
    }

    /// A whole number of 64 bits.
    pub fn u64(&mut self) -> Scanned<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A signed whole number of 64 bits.
    pub fn i64(&mut self) -> Scanned<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// A single.
    pub fn f32(&mut self) -> Scanned<f32> {
        self.array().map(f32::from_le_bytes)
    }

    /// A double.
    pub fn f64(&mut self) -> Scanned<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// A whole number of seven bits a byte, the lowest first; the eighth bit says that more
    /// follow.
    pub fn varuint(&mut self) -> Scanned<u64> {
        let start = self.at;
        let first = self.u8()?;
        self.more(first, u64::from(first & 0x7F), 7, start)
    }

    /// The same with a sign, which takes a bit of the first byte.
    pub fn varint(&mut self) -> Scanned<i64> {
        let start = self.at;
        let first = self.u8()?;
        let size = self.more(first, u64::from(first & 0x3F), 6, start)?;
        // A number of 63 bits keeps its sign; larger ones wrap, as sums of them do.
        let size = size as i64;
        Ok(if first & 0x40 == 0 { size } else { size.wrapping_neg() })
    }

    fn more(&mut self, first: u8, low: u64, bits: u32, start: u64) -> Scanned<u64> {
        let (mut byte, mut value, mut shift) = (first, low, bits);
        while byte & 0x80 != 0 {
            byte = self.u8()?;
            if shift >= u64::BITS {
                return Err(Damage { at: start, reason: "a number has no end" });
            }
            value |= u64::from(byte & 0x7F) << shift;
            shift += 7;
        }
        Ok(value)
    }

    /// Text in UTF-16, of so many bytes.
    pub fn utf16(&mut self, bytes: usize) -> Scanned<String> {
        self.take(bytes).map(utf16)
    }

    /// The bytes whose count a varuint before them tells, to be scanned on their own.
    pub fn within(&mut self) -> Scanned<Scan<'a>> {
        let bytes = self.counted()?;
        Ok(Scan { bytes, at: self.at - bytes.len() as u64 })
    }

    /// The bytes whose count a varuint before them tells.
    pub fn counted(&mut self) -> Scanned<&'a [u8]> {
        let start = self.at;
        let count = self.varuint()?;
        if count > self.left() as u64 {
            return Err(Damage { at: start, reason: "a value is longer than what holds it" });
        }
        self.take(count as usize)
    }
}

/// Text in UTF-16; what is none becomes the replacement character.
pub(super) fn utf16(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length_are_read() {
        let unsigned = |bytes: &[u8]| Scan::new(bytes, 0).varuint();
        assert_eq!(unsigned(&[0x00]), Ok(0));
        assert_eq!(unsigned(&[0x7F]), Ok(127));
        assert_eq!(unsigned(&[0x80, 0x01]), Ok(128));
        assert_eq!(unsigned(&[0xAC, 0x02]), Ok(300));
        let largest = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
        assert_eq!(unsigned(&largest), Ok(u64::MAX));
        let signed = |bytes: &[u8]| Scan::new(bytes, 0).varint();
        assert_eq!(signed(&[0x3F]), Ok(63));
        assert_eq!(signed(&[0x7F]), Ok(-63));
        assert_eq!(signed(&[0xC1, 0x01]), Ok(-65));
        assert_eq!(signed(&[0x80, 0x80, 0x01]), Ok(1 << 13));
    }

    #[test]
    fn damage_tells_its_byte() {
        let mut scan = Scan::new(&[1, 0x80], 100);
        assert_eq!(scan.u8(), Ok(1));
        assert_eq!(scan.varuint().map_err(|damage| damage.at), Err(102));
        let endless = [0x80; 12];
        let damage = Scan::new(&endless, 7).varuint().expect_err("endless");
        assert_eq!(damage, Damage { at: 7, reason: "a number has no end" });
        let mut short = Scan::new(&[5, 1, 2], 0);
        assert_eq!(short.counted().map_err(|damage| damage.at), Err(0));
    }
}
