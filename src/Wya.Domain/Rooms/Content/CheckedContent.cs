namespace Wya.Domain.Rooms.Content;

/// <summary>The contents of a room that break no rule.</summary>
/// <param name="Json">UTF-8 without blanks; members in the author's order, numbers as written, unknown members kept.</param>
/// <param name="Modules">How many there are.</param>
/// <param name="Class">What it costs to show, as <see cref="RoomClass"/> names it.</param>
/// <param name="GuestModules">Where guests may leave something.</param>
public sealed record CheckedContent(ReadOnlyMemory<byte> Json, int Modules, string Class, IReadOnlyList<GuestModule> GuestModules);

/// <param name="Kind"><see cref="ModuleKind.Guestbook"/> or <see cref="ModuleKind.Poll"/>.</param>
/// <param name="Choices">Of a poll; 0 for a guestbook.</param>
public sealed record GuestModule(string Id, string Kind, int Choices);

/// <summary>Why contents are not taken. A document gets all that there is to say about it, up to <see cref="RoomLimits.RefusalsMax"/>.</summary>
/// <param name="Module">The module's id, or <c>#</c> and its number from 1 when it has none that can be used; null when it is about the room.</param>
/// <param name="Path">A JSON Pointer to what is meant.</param>
/// <param name="Code">One of <see cref="ContentCodes"/>, which never change their meaning.</param>
/// <param name="Reason">A sentence for the author.</param>
public sealed record ContentRefusal(string? Module, string Path, string Code, string Reason);

/// <summary>What depends on the author, and on where the system runs.</summary>
/// <param name="ModulesMax">As <see cref="RoomLimits.ModulesMaxFor"/> gives it.</param>
/// <param name="CssAllowed">The author may write CSS.</param>
/// <param name="SanitiseCss">Parses CSS and says what of it may be used.</param>
/// <param name="LinkHosts">Where links may lead: names such as <c>example.org</c>, or <c>*.example.org</c> for all below it.</param>
/// <param name="MediaHosts">Where pictures, sound and film may come from, likewise.</param>
public sealed record ContentLimits(
    int ModulesMax, bool CssAllowed, Func<string, CssResult> SanitiseCss, IReadOnlyList<string> LinkHosts, IReadOnlyList<string> MediaHosts);

/// <param name="Css">What may be shown: every selector begins at the room's root.</param>
/// <param name="Refused">A sentence for each thing that was left out.</param>
public sealed record CssResult(string Css, IReadOnlyList<string> Refused);
