//! From text to an expression.
//!
//! Each rule of the grammar is a method that reads on from where the one before stopped; nothing is
//! read twice, so that time grows with the length of the text.

use super::expression::{Expression, Kind, Operator, RESERVED, Times};
use super::geometry;
use super::lexer::{Token, tokens};
use super::wrong::{Result, Wrong};

/// How deep parentheses, functions and signs may stand in one another.
const DEPTH: usize = 64;

/// The expression that a text spells.
pub(super) fn parse(text: &str) -> Result<Expression> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, next: 0, depth: 0 };
    if *parser.peek() == Token::End {
        return Err(Wrong::new(0, "the expression is empty")
            .hint("such as: treo_percent > 1 AND status = 'producer'"));
    }
    let expression = parser.or()?;
    match parser.peek() {
        Token::End => Ok(expression),
        Token::Sign(")") => Err(parser.unexpected("a ( before this )")),
        Token::Sign("=") if matches!(expression.kind, Kind::Compare(..)) => {
            Err(parser.unexpected("AND, OR or the end").hint("equal is one =: status = 'producer'"))
        }
        _ => Err(parser.unexpected("AND, OR, a comparison or the end")),
    }
}

/// The tokens and how far they are read.
pub(super) struct Parser<'t> {
    tokens: Vec<(usize, Token<'t>)>,
    next: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    /// The next token.
    pub fn peek(&self) -> &Token<'t> {
        self.tokens.get(self.next).map_or(&Token::End, |(_, token)| token)
    }

    /// The byte where the next token starts.
    pub fn at(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(0, |(at, _)| *at)
    }

    /// Reads the next token, if it is this sign.
    pub fn sign(&mut self, sign: &'static str) -> bool {
        let found = *self.peek() == Token::Sign(sign);
        self.next += usize::from(found);
        found
    }

    /// Reads the next token, if it is this word.
    pub fn word(&mut self, word: &str) -> bool {
        let found = self.peek().is(word);
        self.next += usize::from(found);
        found
    }

    /// Reads the next token, which has to be this sign.
    pub fn demand(&mut self, sign: &'static str, what: &str) -> Result<()> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected(what)) }
    }

    /// Reads a number with its sign, if one is next.
    pub fn signed_number(&mut self) -> Result<f64> {
        let minus = self.sign("-");
        if !minus {
            self.sign("+");
        }
        match *self.peek() {
            Token::Number(number) => {
                self.next += 1;
                Ok(if minus { -number } else { number })
            }
            _ => Err(self.unexpected("a number")),
        }
    }

    /// The error of the next token where something else was expected.
    pub fn unexpected(&self, expected: &str) -> Wrong {
        let found = self.peek().told();
        Wrong::new(self.at(), format!("expected {expected}, found {found}"))
    }

    /// Reads one level deeper.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEPTH {
            let what = format!("more than {DEPTH} parentheses, functions or signs in one another");
            return Err(Wrong::new(self.at(), what));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn or(&mut self) -> Result<Expression> {
        self.chain("or", Self::and, Kind::Or)
    }

    fn and(&mut self) -> Result<Expression> {
        self.chain("and", Self::not, Kind::And)
    }

    fn chain(
        &mut self,
        word: &str,
        part: impl Fn(&mut Self) -> Result<Expression>,
        kind: impl Fn(Vec<Expression>) -> Kind,
    ) -> Result<Expression> {
        let at = self.at();
        let first = part(self)?;
        if !self.peek().is(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.word(word) {
            parts.push(part(self)?);
        }
        Ok(Expression { kind: kind(parts), at })
    }

    fn not(&mut self) -> Result<Expression> {
        let at = self.at();
        if self.word("not") {
            let part = self.deeper(Self::not)?;
            return Ok(Expression { kind: Kind::Not(Box::new(part)), at });
        }
        self.predicate()
    }

    fn predicate(&mut self) -> Result<Expression> {
        let at = self.at();
        let value = self.sum()?;
        if let Token::Sign(sign) = *self.peek()
            && let Some(operator) = Operator::ALL.into_iter().find(|one| one.sign() == sign)
        {
            self.next += 1;
            let right = self.sum()?;
            return Ok(Expression { kind: Kind::Compare(operator, Box::new([value, right])), at });
        }
        if self.word("is") {
            let not = self.word("not");
            if !self.word("null") {
                return Err(self.unexpected(if not { "NULL" } else { "NULL or NOT NULL" }));
            }
            return Ok(Expression { kind: Kind::IsNull { value: Box::new(value), not }, at });
        }
        let not = self.word("not");
        let kind = if self.word("like") {
            let pattern = self.sum()?;
            Kind::Like { operands: Box::new([value, pattern]), not }
        } else if self.word("between") {
            let low = self.sum()?;
            if !self.word("and") {
                return Err(self.unexpected("AND and the upper bound"));
            }
            let high = self.sum()?;
            Kind::Between { operands: Box::new([value, low, high]), not }
        } else if self.word("in") {
            self.demand("(", "( and a list of values")?;
            let list = self.deeper(|parser| parser.list(Self::sum))?;
            Kind::In { value: Box::new(value), list, not }
        } else if not {
            return Err(self.unexpected("LIKE, BETWEEN or IN"));
        } else {
            return Ok(value);
        };
        Ok(Expression { kind, at })
    }

    fn sum(&mut self) -> Result<Expression> {
        let at = self.at();
        let first = self.product()?;
        let mut rest = Vec::new();
        while let Token::Sign(sign @ ("+" | "-")) = *self.peek() {
            self.next += 1;
            rest.push((sign == "-", self.product()?));
        }
        Ok(match rest.is_empty() {
            true => first,
            false => Expression { kind: Kind::Sum(Box::new(first), rest), at },
        })
    }

    fn product(&mut self) -> Result<Expression> {
        let at = self.at();
        let first = self.power()?;
        let mut rest = Vec::new();
        while let Some(times) = self.times() {
            self.next += 1;
            rest.push((times, self.power()?));
        }
        Ok(match rest.is_empty() {
            true => first,
            false => Expression { kind: Kind::Product(Box::new(first), rest), at },
        })
    }

    fn times(&self) -> Option<Times> {
        match self.peek() {
            Token::Sign("*") => Some(Times::Multiply),
            Token::Sign("/") => Some(Times::Divide),
            Token::Sign("%") => Some(Times::Remainder),
            token if token.is("div") => Some(Times::Whole),
            _ => None,
        }
    }

    fn power(&mut self) -> Result<Expression> {
        let at = self.at();
        let base = self.signed()?;
        if !self.sign("^") {
            return Ok(base);
        }
        let exponent = self.signed()?;
        if *self.peek() == Token::Sign("^") {
            return Err(Wrong::new(self.at(), "a power of a power needs parentheses")
                .hint("such as (2 ^ 3) ^ 2"));
        }
        Ok(Expression { kind: Kind::Power(Box::new([base, exponent])), at })
    }

    fn signed(&mut self) -> Result<Expression> {
        let at = self.at();
        if self.sign("-") {
            let part = self.deeper(Self::signed)?;
            return Ok(Expression { kind: Kind::Negative(Box::new(part)), at });
        }
        if *self.peek() == Token::Sign("+") {
            self.next += 1;
            return match self.peek() {
                Token::Number(_) => self.primary(),
                _ => Err(self.unexpected("a number after +")),
            };
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expression> {
        let at = self.at();
        let (_, token) = self.tokens.get(self.next).cloned().unwrap_or((at, Token::End));
        let kind = match token {
            Token::Sign("(") => {
                self.next += 1;
                return self.deeper(|parser| parser.parentheses(at));
            }
            Token::Text(text) => Kind::Text(text.into_owned()),
            Token::Number(number) => Kind::Number(number),
            Token::Quoted(name) => {
                self.next += 1;
                return self.named(name.into_owned(), at);
            }
            Token::Name(name) if token.is("true") || token.is("false") => {
                Kind::Boolean(name.eq_ignore_ascii_case("true"))
            }
            Token::Name(_) if token.is("null") => {
                return Err(Wrong::new(at, "NULL equals nothing")
                    .hint("ask for what is not known so: status IS NULL"));
            }
            Token::Name(word) if RESERVED.iter().any(|one| word.eq_ignore_ascii_case(one)) => {
                let hint = format!("a column of that name stands in double quotes: \"{word}\"");
                return Err(self.unexpected("a value or a condition").hint(hint));
            }
            Token::Name(name) => {
                if let Some(geometry) = geometry::read(self)? {
                    return Ok(Expression { kind: Kind::Geometry(geometry), at });
                }
                self.next += 1;
                return self.named(name.to_owned(), at);
            }
            Token::Sign("=") if self.next > 0 => {
                let hint = "equal is one =, unequal is <>, the others are < <= > >=";
                return Err(self.unexpected("a value").hint(hint));
            }
            _ => return Err(self.unexpected("a value or a condition")),
        };
        self.next += 1;
        Ok(Expression { kind, at })
    }

    /// A property, or a function where `(` follows.
    fn named(&mut self, name: String, at: usize) -> Result<Expression> {
        let kind = match self.sign("(") {
            false => Kind::Name(name),
            true if self.sign(")") => Kind::Call(name, Vec::new()),
            true => Kind::Call(name, self.deeper(|parser| parser.list(Self::or))?),
        };
        Ok(Expression { kind, at })
    }

    /// What follows `(`: a part, or a list.
    fn parentheses(&mut self, at: usize) -> Result<Expression> {
        if self.sign(")") {
            return Ok(Expression { kind: Kind::List(Vec::new()), at });
        }
        let mut items = self.list(Self::or)?;
        match items.len() {
            1 => items.pop().ok_or_else(|| self.unexpected("a value")),
            _ => Ok(Expression { kind: Kind::List(items), at }),
        }
    }

    /// Parts between commas, and the `)` after them.
    pub fn list<T>(&mut self, part: impl Fn(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut parts = vec![part(self)?];
        while self.sign(",") {
            parts.push(part(self)?);
        }
        self.demand(")", "a comma or )")?;
        Ok(parts)
    }

    /// Reads the name next, where `(` or one of the words follows it, as a geometry's.
    pub fn geometry_name(
        &mut self,
        names: &[&'static str],
        words: &[&str],
    ) -> Option<&'static str> {
        let Token::Name(name) = *self.peek() else { return None };
        let name = names.iter().find(|one| name.eq_ignore_ascii_case(one))?;
        let (_, after) = self.tokens.get(self.next + 1)?;
        let follows = *after == Token::Sign("(") || words.iter().any(|word| after.is(word));
        follows.then(|| {
            self.next += 1;
            *name
        })
    }
}
