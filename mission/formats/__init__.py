"""Files that ground stations, controllers and maps read: any of them to a plan and back."""
