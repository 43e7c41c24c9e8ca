//! The answers to WhatsApp sends, which come bare or in an envelope and hold a member `data` either way.

use serde_json::{Value, json};
use threadline_contactship::Client;
use threadline_contactship::types::WhatsappMediaType;
use threadline_emulator::{Emulator, Envelopes, ProviderKind};
use threadline_tests::config;
use threadline_transport::{Error, Response};

/// The value as it was decoded, and the body as it came.
fn parts<T: serde::Serialize>(answer: Result<Response<T>, Error>) -> [Value; 2] {
    let answer = answer.unwrap_or_else(|error| panic!("{error:?}"));
    assert!(answer.skipped().is_empty());
    let body = serde_json::from_slice(answer.body()).unwrap();
    [serde_json::to_value(&*answer).unwrap(), body]
}

async fn send_all(emulator: &Emulator) -> Vec<[Value; 2]> {
    let config = config(emulator.contactship_url(), Emulator::CREDENTIAL);
    let client = Client::with_config(config).unwrap();
    let threads = emulator.thread_ids(&ProviderKind::ContactShip);
    let mut thread = None;
    for id in threads {
        let known = client.threads().get(&id).await.unwrap();
        if known
            .channel_type
            .as_ref()
            .is_some_and(|kind| kind.as_str() == "WABA")
        {
            thread = Some(id);
            break;
        }
    }
    let thread = thread.unwrap();
    let whatsapp = client.whatsapp();
    let message = whatsapp.send_message("Hello").thread_id(&thread);
    let template = whatsapp
        .send_template("appointment_reminder")
        .thread_id(&thread);
    let file = "https://files.example.com/a.png";
    let media = whatsapp
        .send_media(WhatsappMediaType::Image, file)
        .thread_id(&thread);
    let location = whatsapp
        .send_location(41.4, 2.2)
        .thread_id(&thread)
        .channel_id("chn_y0xspd9p1v7vla6wkwc2z01u");
    vec![
        parts(message.await),
        parts(template.await),
        parts(media.await),
        parts(location.await),
    ]
}

#[tokio::test]
async fn every_send_brings_the_id_of_its_message_in_both_forms() {
    let mut forms = Vec::new();
    for envelopes in [Envelopes::Never, Envelopes::Always] {
        let builder = Emulator::builder().envelopes(envelopes);
        let emulator = builder.start().await.unwrap();
        let answers = send_all(&emulator).await;
        for [value, body] in &answers {
            let result = match envelopes {
                Envelopes::Always => {
                    assert_eq!(body["statusCode"], 200);
                    &body["data"]
                }
                _ => body,
            };
            assert_eq!(value, result);
            assert!(value["data"]["message_id"].is_string(), "{value}");
            assert_eq!(value["success"], json!(true));
        }
        forms.push(
            answers
                .into_iter()
                .map(|[value, _]| value)
                .collect::<Vec<_>>(),
        );
        assert_eq!(emulator.violations(), []);
        emulator.shutdown().await;
    }
    // Every emulator starts with the same data and gives the same ids.
    assert_eq!(forms[0], forms[1]);
}
