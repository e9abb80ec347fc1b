package dev.warmpool.functions.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written is to the byte what Jackson's generator writes, where nothing else is said. */
class JsonLineTest {

  private static byte[] jackson(String name, String text, long number) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      for (String field : new String[] {name, "other"}) {
        json.writeFieldName(wellFormed(field));
        json.writeString(wellFormed(text));
      }
      json.writeNumberField("number", number);
      json.writeEndObject();
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  /** With question marks for halves of surrogates, at which the generator throws. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static void assertLikeJackson(String name, String text, long number) throws IOException {
    byte[] line =
        new JsonLine().text(name, text).text("other", text).number("number", number).bytes();
    assertThat(new String(line, StandardCharsets.UTF_8))
        .isEqualTo(new String(jackson(name, text, number), StandardCharsets.UTF_8));
  }

  @Test
  void isAnEmptyObject() {
    assertThat(new JsonLine().bytes()).asString(StandardCharsets.UTF_8).isEqualTo("{}\n");
  }

  @Test
  void takesEachCharacter() throws IOException {
    for (int code = 0; code <= Character.MAX_VALUE; code += code < 0x800 ? 1 : 97) {
      char c = (char) code;
      assertLikeJackson("a" + c, c + "b" + c, code);
    }
  }

  /** Of few characters, so that those with escapes meet each other and both ends. */
  @Test
  void takesTheirSequences() throws IOException {
    String characters = "ab\"\\\n\r\t\b\f\0\u001f\u007f\u00e9\u2028/";
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      random
          .ints(random.nextInt(8), 0, characters.length())
          .forEach(index -> text.append(characters.charAt(index)));
      assertLikeJackson(text.toString(), text.reverse().toString(), random.nextLong());
    }
  }

  /** Jackson's generator would escape each half. */
  @Test
  void takesCharactersOfTwoHalves() {
    byte[] line = new JsonLine().text("\ud83d\ude00", "a\ud83d\ude00\"").bytes();
    assertThat(line)
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("{\"\ud83d\ude00\":\"a\ud83d\ude00\\\"\"}\n");
  }

  @Test
  void takesWhatIsJsonAlready() {
    byte[] line = new JsonLine().json("a", new StringBuilder("[1]")).number("b", 2).bytes();
    assertThat(line).asString(StandardCharsets.UTF_8).isEqualTo("{\"a\":[1],\"b\":2}\n");
  }
}
