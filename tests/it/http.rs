//! The edge of the server: what bad input gets, in which language, and what every answer carries.

use std::time::Duration;

use huiyin::rules::vocabulary::Role;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::app::{TestApp, problem, problem_of, success};
use crate::support::personas::{seed_city, sign_in};

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::start_with(|sources| sources.fix("limits.logins_per_minute", "2")).await;
    let login = serde_json::json!({ "username": "nobody", "password": "correct horse battery staple" });
    for remaining in ["r=1;", "r=0;"] {
        let response = app.post_json("/v1/auth/login", &login).send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["ratelimit-policy"], "\"login\";q=2;w=60");
        assert!(response.headers()["ratelimit"].to_str().unwrap().contains(remaining));
    }
    let response = app.post_json("/v1/auth/login", &login).send().await.unwrap();
    let seconds: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    let seen = problem_of(response).await;
    assert_eq!((seen.status, seen.code.as_str()), (429, "rate_limited"));
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused() {
    let app = TestApp::start().await;
    for path in ["/", "/v1", "/v1/nothing", "/v1/categories/", "/v1/%00", "/v1/%FF", "/../etc/passwd"] {
        let seen = problem(app.get(path)).await;
        assert_eq!((seen.status, seen.code.as_str()), (404, "not_found"), "{path}");
    }
    let response = app.request(Method::DELETE, "/v1/categories").send().await.unwrap();
    assert_eq!(response.headers()["allow"], "GET, HEAD");
    let seen = problem_of(response).await;
    assert_eq!((seen.status, seen.code.as_str()), (405, "method_not_allowed"));
    let invented = Method::from_bytes(b"FROBNICATE").unwrap();
    assert_eq!(problem(app.request(invented, "/v1/categories")).await.status, 405);
}

#[tokio::test]
async fn a_path_segment_that_cannot_be_read_names_nothing() {
    let app = TestApp::start().await;
    for code in ["%00", "%FF", "a%20b", "%E8%B7%AF", "x".repeat(5000).as_str()] {
        let seen = problem(app.get(&format!("/v1/categories/{code}/form"))).await;
        assert_eq!((seen.status, seen.code.as_str()), (404, "not_found"), "{code}");
    }
}

#[tokio::test]
async fn a_refusal_speaks_the_callers_language() {
    let app = TestApp::start().await;
    for (wanted, given, title) in
        [("fr", "zh-CN", "未找到"), ("en-GB, zh;q=0.5", "en", "Not found"), ("zh-TW", "zh-Hant", "未找到")]
    {
        let response = app.get("/v1/nothing").header("Accept-Language", wanted).send().await.unwrap();
        assert_eq!(response.headers()["content-language"], given);
        assert_eq!(problem_of(response).await.document["title"], title);
    }
}

#[tokio::test]
async fn every_answer_carries_an_id_and_safe_headers() {
    let app = TestApp::start().await;
    let response = app.get("/v1/nothing").header("X-Request-Id", "from-the-proxy.1").send().await.unwrap();
    assert_eq!(response.headers()["x-request-id"], "from-the-proxy.1");
    let response = app.get("/v1/departments").header("X-Request-Id", "not sane").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-request-id"].len(), 32);
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.headers()["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    assert!(response.headers().contains_key("cache-control"));
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::start().await;
    let response = app.request(Method::HEAD, "/v1/departments").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("content-length"));
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn the_viewer_and_its_files_come_from_this_server_alone() {
    let app = TestApp::start().await;
    let response = app.get("/docs").send().await.unwrap();
    assert_eq!(response.headers()["location"], "/docs/");
    let response = app.get("/docs/").send().await.unwrap();
    assert!(
        response.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'")
    );
    let page = response.text().await.unwrap();
    let files: Vec<&str> = page
        .split(['"', '\''])
        .filter(|text| text.ends_with(".js") || text.ends_with(".css") || text.ends_with(".png"))
        .collect();
    assert!(files.len() >= 4, "{page}");
    for file in files {
        assert!(!file.contains("//"), "{file} is asked of another host");
        let file = app.get(&format!("/docs/{}", file.trim_start_matches("./"))).send().await.unwrap();
        assert_eq!(file.status(), 200);
    }
    let script = app.get("/docs/swagger-initializer.js").send().await.unwrap().text().await.unwrap();
    assert!(script.contains("/openapi.json") && !script.contains("https://"), "{script}");
    assert_eq!(app.get_json("/openapi.json").await["openapi"], "3.1.0");
}

#[tokio::test]
async fn operations_stand_on_a_port_of_their_own() {
    let app = TestApp::start().await;
    for path in ["/livez", "/readyz", "/metrics", "/version"] {
        assert_eq!(problem(app.get(path)).await.status, 404, "{path}");
        let response = app.client.get(app.operations_url(path)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
    }
    let metrics = app.client.get(app.operations_url("/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("http_requests_total{"), "{metrics}");
    assert!(metrics.contains("http_request_duration_seconds_bucket{"), "{metrics}");
}

#[tokio::test]
async fn readiness_names_the_check_that_fails() {
    let app = TestApp::start().await;
    app.state.begin_stopping();
    let response = app.client.get(app.operations_url("/readyz")).send().await.unwrap();
    assert_eq!(response.status(), 503);
    let readiness: serde_json::Value = response.json().await.unwrap();
    assert_eq!(readiness["ready"], false);
    assert_eq!(readiness["checks"][0]["name"], "running");
    assert_eq!(readiness["checks"][0]["ok"], false);
    assert_eq!(readiness["checks"][1]["ok"], true);
}

#[tokio::test]
async fn who_asks_too_often_is_refused_before_a_body_is_awaited() {
    let app = TestApp::start_with(|sources| {
        let each = ["submissions", "lookups", "logins", "refreshes", "activations"];
        each.iter().fold(sources, |sources, what| sources.fix(&format!("limits.{what}_per_minute"), "1"))
    })
    .await;
    for paths in [
        &["/v1/tickets"][..],
        &["/v1/tickets/lookup"],
        &["/v1/auth/login"],
        // What opens with a secret of its own is counted apart from guesses.
        &["/v1/auth/refresh"],
        &["/v1/auth/activate"],
    ] {
        // A body that is no use counts as well as any.
        assert_eq!(problem(app.post_json(paths[0], &json!([]))).await.status, 422);
        for path in paths {
            let answer = answer_before_the_body(&app, path).await;
            assert!(answer.starts_with("HTTP/1.1 429"), "{path}: {answer}");
            assert!(answer.contains("rate_limited"), "{path}: {answer}");
        }
    }
}

/// What is answered to a POST whose body never comes.
async fn answer_before_the_body(app: &TestApp, path: &str) -> String {
    let mut stream = TcpStream::connect(app.authority()).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "{path} waits for the body, or keeps a connection on which it would be read");
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn two_authorization_headers_are_refused_alike_for_citizens_and_staff() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let supervisor = sign_in(&app, "supervisor.qin", &[(Role::Supervisor, None)]);
    let letter =
        json!({"kind": "suggestion", "category": "parks", "title": "长椅", "body": "湖边没有座位。"});
    let receipt = success(app.post_once("/v1/tickets", &letter)).await;
    let look_up = json!({"reference": receipt["reference"], "access_code": receipt["access_code"]});
    let citizen = success(app.post_json("/v1/tickets/lookup", &look_up)).await;
    let citizen = citizen["access_token"].as_str().unwrap();
    let own = format!("/v1/me/tickets/{}", receipt["reference"].as_str().unwrap());
    for (path, token) in [(own.as_str(), citizen), ("/v1/auth/me", supervisor.token.as_str())] {
        success(app.get(path).bearer_auth(token)).await;
        for second in [format!("Bearer {token}"), "Bearer a.b.c".to_owned(), "Basic YTpi".to_owned()] {
            let seen = problem(app.get(path).bearer_auth(token).header("Authorization", second)).await;
            assert_eq!((seen.status, seen.code.as_str()), (401, "unauthenticated"), "{path}");
        }
    }
}

#[tokio::test]
async fn whoever_prefers_none_of_our_languages_is_answered_in_the_citys() {
    let app = TestApp::start_with(|sources| sources.fix("city.locale", "en")).await;
    let language = async |wanted: Option<&'static str>| {
        let request = app.get("/v1/no-such-address");
        let request =
            wanted.map_or(request.try_clone().unwrap(), |wanted| request.header("Accept-Language", wanted));
        request.send().await.unwrap().headers()["content-language"].to_str().unwrap().to_owned()
    };
    assert_eq!(language(None).await, "en");
    assert_eq!(language(Some("fr, *;q=0.1")).await, "en");
    assert_eq!(language(Some("zh-Hans-HK")).await, "zh-CN");
    assert_eq!(language(Some("zh-HK")).await, "zh-Hant");
    let account = json!({"username": "wang.fang", "display_name": "王芳", "mail": "wang@city.gov.cn", "department": "heating-office"});
    crate::support::personas::seed_city(&app).await;
    let password = huiyin::platform::auth::password::Password::new("a lake with many benches 2026");
    app.state.accounts.enrol(serde_json::from_value(account).unwrap(), &password).await.unwrap();
    let administrator =
        crate::support::personas::sign_in(&app, "admin", &[(Role::SystemAdministrator, None)]);
    let accounts = success(app.get("/v1/staff-accounts").bearer_auth(administrator.token)).await;
    let locale = |name: &str| {
        let account = accounts["data"].as_array().unwrap().iter().find(|account| account["username"] == name);
        account.unwrap()["locale"].clone()
    };
    assert_eq!(locale("wang.fang"), "en");
}

#[tokio::test]
async fn pages_of_the_origins_that_are_named_may_call_and_no_others() {
    let origin = "https://letters.example.gov.cn";
    let app = TestApp::start_with(|sources| sources.fix("server.allowed_origins", origin)).await;
    let preflight = async |origin: &'static str| {
        let request = app.request(Method::OPTIONS, "/v1/tickets").header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", "POST");
        request.header("Access-Control-Request-Headers", "idempotency-key").send().await.unwrap()
    };
    let allowed = preflight(origin).await;
    let header = |name: &str| allowed.headers()[name].to_str().unwrap().to_ascii_lowercase();
    assert_eq!(allowed.status(), 204);
    assert_eq!(header("access-control-allow-origin"), origin);
    assert!(header("access-control-allow-methods").contains("post"));
    assert!(header("access-control-allow-headers").contains("idempotency-key"));
    for stranger in ["https://evil.example", "null", "https://letters.example.gov.cn.evil.example"] {
        let refused = preflight(stranger).await;
        assert!(
            refused.status() == 405 && !refused.headers().contains_key("access-control-allow-origin"),
            "{stranger}"
        );
    }
    // Answers and refusals alike can be read, and none allows credentials.
    for path in ["/v1/departments", "/v1/no-such-address", "/v1/staff/tickets"] {
        let answer = app.get(path).header("Origin", origin).send().await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], origin, "{path}");
        assert!(!answer.headers().contains_key("access-control-allow-credentials"));
        let vary = answer.headers().get_all("vary").iter().any(|value| value == "Origin");
        assert!(vary, "{path}: {:?}", answer.headers());
        let other = app.get(path).header("Origin", "https://evil.example").send().await.unwrap();
        assert!(!other.headers().contains_key("access-control-allow-origin"), "{path}");
    }
    let closed = TestApp::start().await;
    let answer = closed.get("/v1/departments").header("Origin", origin).send().await.unwrap();
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn long_answers_are_packed_for_whoever_takes_that_and_short_or_secret_ones_never() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let ask = async |path: &str, encoding: &'static str| {
        app.get(path).header("Accept-Encoding", encoding).send().await.unwrap()
    };
    let plain = ask("/v1/departments", "identity").await;
    assert!(!plain.headers().contains_key("content-encoding"));
    let tag = plain.headers()["etag"].to_str().unwrap().to_owned();
    let plain = plain.bytes().await.unwrap();
    let packed = ask("/v1/departments", "br, gzip").await;
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert!(packed.headers().get_all("vary").iter().any(|value| value == "Accept-Encoding"));
    let weak = packed.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(weak, format!("W/{tag}"));
    let packed = packed.bytes().await.unwrap();
    assert!(packed.len() * 3 < plain.len(), "{} of {}", packed.len(), plain.len());
    let mut unpacked = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut unpacked).unwrap();
    assert_eq!(unpacked.as_bytes(), &plain[..]);
    let again = app.get("/v1/departments").header("If-None-Match", weak).send().await.unwrap();
    assert_eq!(again.status(), 304);

    assert!(!ask("/v1/no-such-address", "gzip").await.headers().contains_key("content-encoding"));
    let letter = crate::support::city::heating_letter();
    let receipt =
        app.post_once("/v1/tickets", &letter).header("Accept-Encoding", "gzip").send().await.unwrap();
    assert!(receipt.status() == 201 && !receipt.headers().contains_key("content-encoding"));
}
