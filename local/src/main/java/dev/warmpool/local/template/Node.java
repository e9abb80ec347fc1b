package dev.warmpool.local.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in the YAML tree, which is asked for what may not be there. Immutable. */
record Node(@Nullable Object value) {

  Node get(String key) {
    return new Node(value instanceof Map<?, ?> map ? map.get(key) : null);
  }

  boolean isAbsent() {
    return value == null;
  }

  String text(String absent) {
    return value == null ? absent : String.valueOf(value);
  }

  /** The elements; none where it is no list. */
  List<Node> items() {
    return value instanceof List<?> list ? list.stream().map(Node::new).toList() : List.of();
  }

  Map<String, Node> members() {
    Map<String, Node> members = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, member) -> members.put(String.valueOf(key), new Node(member)));
    }
    return members;
  }
}
