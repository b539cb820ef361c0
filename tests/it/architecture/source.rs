//! Reads Rust as far as the architecture needs it: which module a file is, and which paths its code names.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::support::sources::sources;

/// A file of the crate.
#[derive(Debug)]
pub struct Source {
    /// Its path from the crate's folder, for messages.
    pub file: String,
    /// The module it is, from the crate's root: `platform`, `http`, `problem`.
    pub module: Vec<String>,
    /// Its words and signs without comments and literals.
    pub tokens: Vec<Token>,
    /// All of it.
    pub text: String,
}

/// A word or a sign.
#[derive(Debug)]
pub struct Token {
    /// What stands there.
    pub text: String,
    /// On which line, from 1.
    pub line: usize,
}

/// A path that code names, from the crate's root. `use crate::a::{b, c}` names two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// On which line, from 1.
    pub line: usize,
    /// Its segments.
    pub path: Vec<String>,
}

/// Every file under `src/`.
pub fn read_all() -> Vec<Source> {
    sources().iter().map(|(file, text)| Source::new(file, text)).collect()
}

impl Source {
    /// Reads a file's text.
    pub fn new(file: &str, text: &str) -> Source {
        Source {
            file: file.to_owned(),
            module: module_of(file),
            tokens: tokens(&code_only(text)),
            text: text.to_owned(),
        }
    }

    /// The paths that begin at `crate`, `self` or `super`; exported macros are found in the module that defines them.
    pub fn named(&self, macros: &HashMap<String, Vec<String>>) -> Vec<Named> {
        let mut found = self.paths();
        for named in &mut found {
            if let [name, ..] = named.path.as_slice()
                && let Some(module) = macros.get(name)
            {
                named.path = [module.as_slice(), &named.path].concat();
            }
        }
        found
    }

    fn paths(&self) -> Vec<Named> {
        let mut reader = Reader { tokens: &self.tokens, found: Vec::new() };
        let mut modules = Inline::new(&self.module);
        for at in 0..self.tokens.len() {
            modules.step(&self.tokens, at);
            let is_head =
                text(&self.tokens, at + 1) == "::" && (at == 0 || text(&self.tokens, at - 1) != "::");
            let prefix = match text(&self.tokens, at) {
                "crate" | "huiyin" if is_head => Vec::new(),
                "self" if is_head => modules.path.clone(),
                "super" if is_head => parent(&modules.path),
                _ => continue,
            };
            reader.tree(at + 2, prefix);
        }
        reader.found
    }

    /// What this module passes on of its children: where each name stands.
    pub fn passed_on(&self) -> Vec<Named> {
        let words: Vec<&str> = self.tokens.iter().map(|token| token.text.as_str()).collect();
        let modules = words.windows(3).filter(|window| window[0] == "mod" && window[2] == ";");
        let children: Vec<&str> = modules.map(|window| window[1]).collect();
        let mut reader = Reader { tokens: &self.tokens, found: Vec::new() };
        for at in 0..self.tokens.len() {
            if text(&self.tokens, at) == "use" && children.contains(&text(&self.tokens, at + 1)) {
                reader.tree(at + 1, self.module.clone());
            }
        }
        reader.found
    }

    /// The macros this file exports.
    fn exported_macros(&self) -> impl Iterator<Item = String> {
        let words: Vec<&str> = self.tokens.iter().map(|token| token.text.as_str()).collect();
        let definitions: Vec<String> = words
            .windows(7)
            .filter(|window| matches!(window, ["macro_export", "]", "macro_rules", "!", _, "{", _]))
            .map(|window| window[4].to_owned())
            .collect();
        definitions.into_iter()
    }
}

/// Where each exported macro is defined: it is named from the crate's root, but it stands in a storey.
pub fn macro_homes(sources: &[Source]) -> HashMap<String, Vec<String>> {
    sources
        .iter()
        .flat_map(|source| source.exported_macros().map(|name| (name, source.module.clone())))
        .collect()
}

/// `src/platform/http/mod.rs` is `platform::http`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<String> = path.split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// Puts blanks in the place of comments, strings and characters; lines stay where they are.
fn code_only(text: &str) -> String {
    static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
        let comments = r##"//[^\n]*|/\*.*?\*/"##;
        let strings = r###"r##".*?"##|r#".*?"#|\br".*?"|"(?:\\.|[^"\\])*""###;
        let characters = r"'(?:\\.[^']*|[^'\\])'";
        Regex::new(&format!("(?s){comments}|{strings}|{characters}")).unwrap()
    });
    let lines = |found: &Captures<'_>| format!(" {}", "\n".repeat(found[0].matches('\n').count()));
    LITERAL.replace_all(text, lines).into_owned()
}

fn tokens(code: &str) -> Vec<Token> {
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[A-Za-z_]\w*|::|\S").unwrap());
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let words = TOKEN.find_iter(line).map(|word| word.as_str().to_owned());
        found.extend(words.map(|text| Token { text, line: number + 1 }));
    }
    found
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

fn parent(module: &[String]) -> Vec<String> {
    module[..module.len().saturating_sub(1)].to_vec()
}

/// The module the reader is in: that of the file, and what `mod name { … }` opened since.
struct Inline {
    path: Vec<String>,
    depth: usize,
    opened_at: Vec<usize>,
}

impl Inline {
    fn new(file: &[String]) -> Inline {
        Inline { path: file.to_vec(), depth: 0, opened_at: Vec::new() }
    }

    fn step(&mut self, tokens: &[Token], at: usize) {
        match text(tokens, at) {
            "mod" if text(tokens, at + 2) == "{" => {
                self.path.push(text(tokens, at + 1).to_owned());
                self.opened_at.push(self.depth);
            }
            "{" => self.depth += 1,
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                if self.opened_at.last() == Some(&self.depth) {
                    self.opened_at.pop();
                    self.path.pop();
                }
            }
            _ => {}
        }
    }
}

/// Follows a path, and every branch of a `use` tree.
struct Reader<'a> {
    tokens: &'a [Token],
    found: Vec<Named>,
}

impl Reader<'_> {
    /// Reads what stands after a `::`, and returns where it ends.
    fn tree(&mut self, at: usize, mut path: Vec<String>) -> usize {
        match text(self.tokens, at) {
            "{" => return self.branches(at + 1, &path),
            "super" => path = parent(&path),
            "self" => {}
            word if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => path.push(word.to_owned()),
            _ => return self.end(at, path),
        }
        if text(self.tokens, at + 1) == "::" { self.tree(at + 2, path) } else { self.end(at, path) }
    }

    fn branches(&mut self, mut at: usize, path: &[String]) -> usize {
        while !matches!(text(self.tokens, at), "}" | "") {
            match text(self.tokens, at) {
                "," => at += 1,
                "as" => at += 2,
                _ => at = self.tree(at, path.to_vec()) + 1,
            }
        }
        at
    }

    fn end(&mut self, at: usize, path: Vec<String>) -> usize {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        self.found.push(Named { line, path });
        at
    }
}
