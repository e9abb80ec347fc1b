package dev.warmpool.local;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/** A screenshot with a palette: a third of the size, for a picture that is kept in a repository. */
final class SmallPicture {

  private static final int PALETTE = 256;

  private SmallPicture() {}

  /** The PNG with its colours rounded until a palette holds them. */
  static byte[] of(byte[] png) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    int bits = 8;
    List<Integer> colours = colours(picture, bits);
    while (colours.size() > PALETTE) {
      colours = colours(picture, --bits);
    }
    int[] palette = colours.stream().mapToInt(Integer::intValue).toArray();
    var model = new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE);
    BufferedImage small =
        new BufferedImage(
            picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int index = colours.indexOf(rounded(picture.getRGB(x, y), bits));
        small.getRaster().setSample(x, y, 0, index);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(small, "png", out);
    return out.toByteArray();
  }

  private static List<Integer> colours(BufferedImage picture, int bits) {
    int[] pixels =
        picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    return Arrays.stream(pixels).map(rgb -> rounded(rgb, bits)).distinct().boxed().toList();
  }

  /** The colour with this many bits for each part; white stays white. */
  private static int rounded(int rgb, int bits) {
    int steps = (1 << bits) - 1;
    int red = (((rgb >> 16) & 255) * steps + 127) / 255 * 255 / steps;
    int green = (((rgb >> 8) & 255) * steps + 127) / 255 * 255 / steps;
    int blue = ((rgb & 255) * steps + 127) / 255 * 255 / steps;
    return red << 16 | green << 8 | blue;
  }
}
