using System.Text;
using System.Text.Encodings.Web;
using Wya.Domain.Rooms.Content;

namespace Wya.Prove.HostileRooms;

/// <summary>An encoder that encodes nothing, as a renderer has that writes texts as they are.</summary>
internal sealed unsafe class NoEncoder : HtmlEncoder
{
    public override int MaxOutputCharactersPerInputCharacter => 1;

    public override int FindFirstCharacterToEncode(char* text, int textLength) => -1;

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        new Rune(unicodeScalar).TryEncodeToUtf16(new Span<char>(buffer, bufferLength), out numberOfCharactersWritten);

    public override bool WillEncode(int unicodeScalar) => false;
}

internal static class PlantedFaults
{
    /// <summary>A checker that believes that CSS cannot do any harm.</summary>
    public static CssResult PassCss(string css) => new(css, []);
}
