package dev.warmpool.local.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A function that is fed from a queue. It sends each event that it gets to the queue {@code SEEN}
 * and answers as the bodies of the messages say.
 */
public final class QueueProbe {

  private static final Pattern MESSAGE =
      Pattern.compile("\"messageId\":\"([^\"]+)\".*?\"body\":\"([^\"]*)\"");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Handles a batch. */
  public void handle(InputStream in, OutputStream out) throws IOException, InterruptedException {
    String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    send(System.getenv("SEEN"), event);
    List<String[]> messages =
        MESSAGE
            .matcher(event)
            .results()
            .map(message -> new String[] {message.group(1), message.group(2)})
            .toList();
    for (String[] message : messages) {
      act(message[1]);
    }
    out.write(answer(messages).getBytes(StandardCharsets.UTF_8));
  }

  private static void act(String body) {
    if (body.equals("fail")) {
      throw new IllegalStateException("no luck");
    }
    if (body.equals("exit")) {
      Runtime.getRuntime().halt(1);
    }
    Matcher slow = Pattern.compile("slow (\\d+)").matcher(body);
    if (slow.matches()) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(slow.group(1)));
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    }
  }

  /** The messages whose body is {@code item} have failed; others make the answer invalid. */
  private static String answer(List<String[]> messages) {
    String failures =
        messages.stream()
            .filter(message -> List.of("item", "unknown", "null").contains(message[1]))
            .map(
                message ->
                    switch (message[1]) {
                      case "item" -> "{\"itemIdentifier\":\"" + message[0] + "\"}";
                      case "null" -> "{\"itemIdentifier\":null}";
                      default -> "{\"itemIdentifier\":\"of no message\"}";
                    })
            .collect(Collectors.joining(","));
    return "{\"batchItemFailures\":[" + failures + "]}";
  }

  /** Sends a message in the older protocol of forms. */
  private static void send(String queue, String body) throws IOException, InterruptedException {
    String form =
        "Action=SendMessage&QueueUrl="
            + URLEncoder.encode(queue, StandardCharsets.UTF_8)
            + "&MessageBody="
            + URLEncoder.encode(body, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(System.getenv("AWS_ENDPOINT_URL_SQS")))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    int status = CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    if (status != 200) {
      throw new IOException("the queue answers " + status);
    }
  }
}
