document.title = "kuuki";
