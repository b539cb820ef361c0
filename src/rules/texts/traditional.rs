//! Traditional Chinese, converted from what we write in Simplified.

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use serde::Deserialize;

/// Where the converter is wrong: what it makes, and what stands there instead.
pub const EXCEPTIONS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/texts/zh-Hant.toml"));

struct Converter {
    opencc: Option<OpenCC>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exceptions {
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    converted: String,
    right: String,
}

/// The dictionaries are read when first needed.
static CONVERTER: LazyLock<Converter> = LazyLock::new(|| Converter {
    opencc: OpenCC::from_config(BuiltinConfig::S2t).ok(),
    // A file that cannot be read is found by a test.
    exceptions: toml::from_str::<Exceptions>(EXCEPTIONS).map(|read| read.exceptions).unwrap_or_default(),
});

/// The text in Traditional Chinese.
pub fn traditional(text: &str) -> String {
    let Some(opencc) = &CONVERTER.opencc else { return text.to_owned() };
    let converted = opencc.convert(text);
    let correct = |text: String, wrong: &Exception| match text.contains(&wrong.converted) {
        true => text.replace(&wrong.converted, &wrong.right),
        false => text,
    };
    CONVERTER.exceptions.iter().fold(converted, correct)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exceptions_can_be_read_and_each_corrects_something() {
        let read: Exceptions = toml::from_str(EXCEPTIONS).unwrap();
        assert!(!read.exceptions.is_empty());
        for exception in read.exceptions {
            assert_ne!(exception.converted, exception.right);
        }
        assert_eq!(traditional("请求过于频繁"), "請求過於頻繁");
        assert_eq!(traditional("登录账号"), "登錄帳號");
    }
}
