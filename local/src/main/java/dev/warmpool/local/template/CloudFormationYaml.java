package dev.warmpool.local.template;

import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** YAML with CloudFormation's short forms: {@code !Ref x} becomes {@code {"Ref": x}}. */
final class CloudFormationYaml {

  private CloudFormationYaml() {}

  static YamlNode read(String text) {
    return new YamlNode(new Yaml(new Constructor()).load(text));
  }

  private static final class Constructor extends SafeConstructor {

    Constructor() {
      super(new LoaderOptions());
      yamlMultiConstructors.put("!", new Intrinsic());
    }

    private final class Intrinsic extends AbstractConstruct {

      @Override
      public Object construct(Node node) {
        String tag = node.getTag().getValue().substring(1);
        boolean plain = tag.equals("Ref") || tag.equals("Condition");
        return Map.of(plain ? tag : "Fn::" + tag, argument(node));
      }

      private Object argument(Node node) {
        if (node instanceof ScalarNode scalar) {
          return scalar.getValue();
        }
        return node instanceof SequenceNode sequence
            ? constructSequence(sequence)
            : constructMapping((MappingNode) node);
      }
    }
  }
}
