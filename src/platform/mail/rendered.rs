//! The words of one mail, as text and as HTML. The HTML is made of the text: paragraphs, lines and links.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// An address in a text, without the punctuation of the sentence that follows it.
static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"https?://[A-Za-z0-9/:?&=%._~+#;\[\]-]*[A-Za-z0-9/=#-]").ok());

/// The words of one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedMail {
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML document.
    pub html: String,
}

/// What a mail says before it is set. Paragraphs of `body` are divided by empty lines; empty ones are left out.
#[derive(Debug, Clone, Copy)]
pub struct MailWords<'a> {
    /// The language, as HTML names it.
    pub language: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The body.
    pub body: &'a str,
    /// Who sends it, at the end.
    pub signature: &'a str,
}

impl MailWords<'_> {
    /// The mail that says this.
    pub fn render(&self) -> RenderedMail {
        let paragraphs = paragraphs(self.body);
        let text = format!("{}\n\n-- \n{}\n", paragraphs.join("\n\n"), self.signature);
        let subject = self.subject.trim().to_owned();
        RenderedMail { html: self.html(&paragraphs), subject, text }
    }

    fn html(&self, paragraphs: &[String]) -> String {
        let body: String = paragraphs.iter().map(|text| format!("<p>{}</p>\n", markup(text))).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n\
             <head><meta charset=\"utf-8\"><title>{subject}</title></head>\n\
             <body style=\"font-family: sans-serif; line-height: 1.6; max-width: 40em; margin: 1em auto;\">\n\
             {body}<hr>\n<p style=\"color: #666; font-size: 0.9em;\">{signature}</p>\n</body>\n</html>\n",
            language = escape(self.language),
            subject = escape(self.subject.trim()),
            signature = markup(self.signature),
        )
    }
}

fn paragraphs(body: &str) -> Vec<String> {
    let mut paragraphs = vec![Vec::new()];
    for line in body.lines().map(str::trim_end) {
        match (line.is_empty(), paragraphs.last_mut()) {
            (false, Some(paragraph)) => paragraph.push(line),
            _ => paragraphs.push(Vec::new()),
        }
    }
    paragraphs.iter().filter(|lines| !lines.is_empty()).map(|lines| lines.join("\n")).collect()
}

fn markup(text: &str) -> String {
    let escaped = escape(text).replace('\n', "<br>\n");
    let Some(link) = &*LINK else { return escaped };
    // The ampersand of an address is escaped by now, as an attribute wants it.
    let anchor = |found: &Captures<'_>| found.get(0).map_or_else(String::new, |a| anchor(a.as_str()));
    link.replace_all(&escaped, anchor).into_owned()
}

fn anchor(address: &str) -> String {
    format!("<a href=\"{address}\">{address}</a>")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(body: &str) -> RenderedMail {
        MailWords { language: "en", subject: " Hello ", body, signature: "Huiyin" }.render()
    }

    #[test]
    fn paragraphs_and_lines_stay_and_empty_paragraphs_go() {
        let mail = rendered("One  \ntwo\n\n \n\nthree\n");
        assert_eq!(mail.text, "One\ntwo\n\nthree\n\n-- \nHuiyin\n");
        assert!(mail.html.contains("<p>One<br>\ntwo</p>\n<p>three</p>\n<hr>"), "{}", mail.html);
        assert_eq!(mail.subject, "Hello");
    }

    #[test]
    fn an_address_is_a_link_and_the_sentence_goes_on_behind_it() {
        let html = rendered("在 https://a.example/letters?a=1&b=2。See https://b.example/x.").html;
        let first =
            r#"<a href="https://a.example/letters?a=1&amp;b=2">https://a.example/letters?a=1&amp;b=2</a>。"#;
        assert!(html.contains(first), "{html}");
        assert!(html.contains(r#"<a href="https://b.example/x">https://b.example/x</a>."#), "{html}");
    }

    #[test]
    fn nothing_that_is_filled_in_becomes_markup() {
        let html = rendered("https://a.example/\"onclick=x <script>'&").html;
        assert!(!html.contains("<script>") && !html.contains("\"onclick"), "{html}");
    }
}
