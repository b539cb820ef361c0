//! What bad bodies get, from a real server with the edge and one handler that takes JSON.

use std::net::TcpListener;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use huiyin::platform::http::edge::edge;
use huiyin::platform::http::extract::{IfMatch, JsonBody};
use huiyin::platform::http::problem::Problem;
use huiyin::rules::text::Title;

use crate::support::app::{ProblemSeen, problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Letter {
    title: Title,
    #[serde(default)]
    copies: u8,
}

async fn take(letter: JsonBody<Letter>) -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "title": letter.title, "copies": letter.copies }))
}

async fn act(_: JsonBody<serde_json::Map<String, serde_json::Value>>) -> HttpResponse {
    HttpResponse::NoContent().finish()
}

async fn change(version: IfMatch) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(version.require()?))
}

/// Starts the server, which ends with the test's runtime, and gives its authority.
fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let server = HttpServer::new(|| {
        App::new()
            .route("/letters", web::post().to(take))
            .route("/action", web::post().to(act))
            .route("/change", web::post().to(change))
            .wrap(from_fn(edge))
    });
    tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
    authority
}

fn post(authority: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let client = Client::builder().no_proxy().build().unwrap();
    client.post(format!("http://{authority}/letters")).header(CONTENT_TYPE, "application/json").body(body)
}

/// Status, code of the problem, pointer and code of the first field at fault.
type Refusal<'a> = (u16, &'a str, &'a str, &'a str);

fn seen(problem: &ProblemSeen) -> Refusal<'_> {
    let (pointer, code) = problem.errors.first().map_or(("", ""), |(pointer, code)| (pointer, code));
    (problem.status, &problem.code, pointer, code)
}

#[tokio::test]
async fn every_bad_body_is_refused_with_its_place() {
    let authority = start();
    let deep = format!("{{\"title\":{}{}}}", "[".repeat(40), "]".repeat(40));
    let long = format!("{{\"title\":\"{}\"}}", "路".repeat(101));
    let cases: &[(&[u8], Refusal)] = &[
        (b"", (400, "malformed_json", "", "")),
        (b"{", (400, "malformed_json", "", "")),
        (b"{\"title\":}", (400, "malformed_json", "", "")),
        (b"{\"title\":\"\xff\"}", (400, "malformed_json", "", "")),
        (deep.as_bytes(), (400, "too_deep", "", "")),
        (b"{}", (422, "invalid_request", "/title", "missing_field")),
        (b"null", (422, "invalid_request", "", "invalid_type")),
        (b"{\"title\":\"a\",\"x\":1}", (422, "invalid_request", "/x", "unknown_field")),
        (b"{\"title\":\"a\\u0000\"}", (422, "invalid_request", "/title", "text_control_character")),
        (b"{\"title\":\"a\x01\"}", (422, "invalid_request", "/title", "text_control_character")),
        (b"{\"title\":\"a\\ud800\"}", (422, "invalid_request", "/title", "lone_surrogate")),
        (b"{\"title\":\"a\",\"copies\":256}", (422, "invalid_request", "/copies", "out_of_range")),
        (b"{\"title\":\"a\",\"copies\":\"1\"}", (422, "invalid_request", "/copies", "invalid_type")),
        (long.as_bytes(), (422, "invalid_request", "/title", "text_too_long")),
    ];
    for (body, expected) in cases {
        let problem = problem(post(&authority, body.to_vec())).await;
        assert_eq!(seen(&problem), *expected, "{}", String::from_utf8_lossy(body));
    }
    let answer = post(&authority, "{\"title\":\" 路灯 \"}").send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "{\"copies\":0,\"title\":\"路灯\"}");
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let authority = start();
    let client = Client::builder().no_proxy().build().unwrap();
    for kind in ["text/plain", "application/xml", "application/json; charset=gbk", "multipart/form-data"] {
        let request =
            client.post(format!("http://{authority}/letters")).header(CONTENT_TYPE, kind).body("{}");
        let problem = problem(request).await;
        assert_eq!((problem.status, problem.code.as_str()), (415, "unsupported_media_type"), "{kind}");
    }
    let packed = post(&authority, "{}").header("Content-Encoding", "gzip");
    assert_eq!(problem(packed).await.status, 415);
}

#[tokio::test]
async fn an_action_without_arguments_needs_no_body() {
    let authority = start();
    let client = Client::builder().no_proxy().build().unwrap();
    let answer = client.post(format!("http://{authority}/action")).send().await.unwrap();
    assert_eq!(answer.status(), 204);
}

#[tokio::test]
async fn a_stale_or_missing_version_is_told_apart_from_a_malformed_one() {
    let authority = start();
    let client = Client::builder().no_proxy().build().unwrap();
    let change = |tag: Option<&'static str>| {
        let request = client.post(format!("http://{authority}/change"));
        tag.map_or(request.try_clone().unwrap(), |tag| request.header("If-Match", tag))
    };
    for (tag, status, code) in [
        (None, 428, "precondition_required"),
        (Some("W/\"v1\""), 412, "precondition_failed"),
        (Some("v1"), 400, "invalid_if_match"),
    ] {
        let problem = problem(change(tag)).await;
        assert_eq!((problem.status, problem.code.as_str()), (status, code));
    }
    assert_eq!(change(Some("\"v7\"")).send().await.unwrap().text().await.unwrap(), "7");
}

/// What comes back on a connection until the server closes it.
async fn answer(mut connection: TcpStream) -> String {
    let mut bytes = Vec::new();
    // The server may reset the connection after its answer, because it has not read all of the body.
    let _ = connection.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_huge_body_is_refused_before_it_is_sent() {
    let authority = start();
    let mut connection = TcpStream::connect(&authority).await.unwrap();
    let head = "POST /letters HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 104857600\r\nExpect: 100-continue\r\n\r\n";
    connection.write_all(head.as_bytes()).await.unwrap();
    let answer = answer(connection).await;
    assert!(answer.contains("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("payload_too_large"), "{answer}");
}

#[tokio::test]
async fn a_huge_body_that_is_sent_all_the_same_does_no_harm() {
    let authority = start();
    let problem = problem(post(&authority, vec![b' '; 100 * 1024 * 1024])).await;
    assert_eq!((problem.status, problem.code.as_str()), (413, "payload_too_large"));
    assert_eq!(post(&authority, "{\"title\":\"a\"}").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_body_in_chunks_is_refused_once_it_is_too_large() {
    let authority = start();
    let mut connection = TcpStream::connect(&authority).await.unwrap();
    let head = "POST /letters HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    connection.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..5 {
        connection.write_all(chunk.as_bytes()).await.unwrap();
    }
    // The refusal comes before the end of the body, and the end of the body is the end of the connection.
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains("payload_too_large") {
        assert_ne!(
            connection.read_buf(&mut answer).await.unwrap(),
            0,
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert!(answer.starts_with(b"HTTP/1.1 413"));
    connection.write_all(b"0\r\n\r\n").await.unwrap();
    connection.read_to_end(&mut answer).await.unwrap();
}
