namespace Wya.Api.Access;

/// <summary>Says in an answer what was away when it was made, and therefore could not be asked.</summary>
internal static class Degraded
{
    public const string Header = "Wya-Degraded";

    public static void Write(HttpResponse response, string what) => response.Headers[Header] = what;
}
